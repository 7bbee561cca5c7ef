import type { Person } from '../../lib/api-types';
import { useLoad } from '../../lib/hooks';
import type { PageProps } from '../../page-props';
import { Card, Facts, Page, Problem, State } from '../../parts/basics';
import { ChangeNumber, Leave, Rename } from '../../parts/person-forms';

export const Profile = ({ api, session: { customerId = '' } }: PageProps) => {
  const person = useLoad(() => api.get<Person>(`/api/customers/${encodeURIComponent(customerId)}`), []);
  const form = { api, customerId, onDone: person.reload };
  return (
    <Page title="Profile" lead="Your personal data. Other services keep replicas, which follow every change.">
      <Problem of={person.problem} retry={person.reload} />
      {person.data && (
        <Card title="Current data">
          <Facts
            of={[
              ['Name', person.data.name ?? '–'],
              ['E-mail', person.data.email ?? '–'],
              ['Mobile number', person.data.mobileNumber ?? '–'],
              ['Status', <State of={person.data.status} />],
            ]}
          />
        </Card>
      )}
      <div class="grid two">
        <Card title="Mobile number">
          <ChangeNumber {...form} />
        </Card>
        <Card title="Name and e-mail">
          <Rename {...form} />
        </Card>
        {person.data?.status === 'active' && (
          <Card title="Leave the bank">
            <Leave {...form} />
          </Card>
        )}
      </div>
    </Page>
  );
};
