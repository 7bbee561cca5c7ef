import type { Person } from '../../lib/api-types';
import { useLoad } from '../../lib/hooks';
import type { PageProps } from '../../page-props';
import { Card, Facts, Page, State } from '../../parts/basics';
import { LoadedCard } from '../../parts/loaded';
import { ChangeNumber, Leave, Rename } from '../../parts/person-forms';

export const Profile = ({ api, session: { customerId = '' } }: PageProps) => {
  const person = useLoad(() => api.get<Person>(`/api/customers/${encodeURIComponent(customerId)}`), []);
  const form = { api, customerId, onDone: person.reload };
  return (
    <Page title="Profile" lead="Your personal data. Other services keep replicas, which follow every change.">
      <LoadedCard title="Current data" of={person}>
        {({ name, email, mobileNumber, status }) => (
          <Facts
            of={[
              ['Name', name ?? '–'],
              ['E-mail', email ?? '–'],
              ['Mobile number', mobileNumber ?? '–'],
              ['Status', <State of={status} />],
            ]}
          />
        )}
      </LoadedCard>
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
