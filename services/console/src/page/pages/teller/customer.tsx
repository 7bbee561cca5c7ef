import { summaryBy } from '../../lib/compose';
import { useLoad } from '../../lib/hooks';
import { linkTo } from '../../lib/route';
import type { PageProps } from '../../page-props';
import type { Api } from '../../lib/api';
import { Card, Page, State } from '../../parts/basics';
import { ActionButton } from '../../parts/forms';
import { WhenLoaded } from '../../parts/loaded';
import { ChangeNumber, Rename } from '../../parts/person-forms';
import { SummaryParts } from '../../parts/summary';
import { Holdings } from './holdings';

const REFRESH_MS = 5_000;

type CustomerProps = Readonly<{ api: Api; customerId: string; onDone: () => void }>;

const Departure = ({ api, customerId, active, onDone }: CustomerProps & { active: boolean }) => {
  const at = `/api/customers/${encodeURIComponent(customerId)}`;
  return (
    <Card title="Deactivate or forget">
      <p class="small muted">
        Deactivating frees the mobile number. Forgetting destroys the key that encrypts the personal data and
        cannot be undone.
      </p>
      <div class="actions">
        {active && (
          <ActionButton
            label="Deactivate"
            kind="danger"
            confirmation="Deactivate this customer?"
            submit={(key) => api.change('DELETE', at, key)}
            onDone={onDone}
          />
        )}
        <ActionButton
          label="Forget"
          kind="danger"
          confirmation="Forget this customer? This cannot be undone."
          submit={(key) => api.change('POST', `${at}/forget`, key, {})}
          onDone={onDone}
        />
      </div>
    </Card>
  );
};

export const Customer = ({ api, params: { id = '' } }: PageProps) => {
  // Composed from the owners, because a teller needs current data.
  const summary = useLoad(() => summaryBy(api, 'gateway', id), [id], REFRESH_MS);
  const person = summary.data?.person.data;
  const form = { api, customerId: id, onDone: summary.reload };
  return (
    <Page
      title={person?.name ?? 'Customer'}
      lead={
        <>
          <span class="mono small">{id}</span> {person && <State of={person.status} />}
        </>
      }
      aside={
        <a class="button" href={linkTo(['operator', 'compose', id])}>
          Compare compositions
        </a>
      }
    >
      <WhenLoaded of={summary}>
        {(data) => (
          <>
            <SummaryParts of={data} orderLink={(orderId) => linkTo(['teller', 'orders', orderId])} />
            <Holdings of={data} {...form} />
            <div class="grid three">
              <Card title="Mobile number">
                <ChangeNumber {...form} />
              </Card>
              <Card title="Name and e-mail">
                <Rename {...form} />
              </Card>
              <Departure {...form} active={person?.status === 'active'} />
            </div>
          </>
        )}
      </WhenLoaded>
    </Page>
  );
};
