import { summaryBy } from '../../lib/compose';
import { useLoad } from '../../lib/hooks';
import { linkTo } from '../../lib/route';
import type { PageProps } from '../../page-props';
import { Card, Page, State } from '../../parts/basics';
import { WhenLoaded } from '../../parts/loaded';
import { ChangeNumber, Departure, Rename } from '../../parts/person-forms';
import { SummaryParts } from '../../parts/summary';
import { Holdings } from './holdings';

const REFRESH_MS = 5_000;

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
        <>
          <a class="button" href={linkTo(['teller', 'customers', id, 'transfers'])}>
            Transfers
          </a>
          <a class="button" href={linkTo(['operator', 'compose', id])}>
            Compare compositions
          </a>
        </>
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
              <Card title="Deactivate or forget">
                <p class="small muted">
                  Closes what is empty and frees the mobile number. Forgetting then destroys the key that
                  encrypts the personal data and cannot be undone.
                </p>
                {person?.status === 'active' && <Departure {...form} forget={false} />}
                <Departure {...form} forget />
              </Card>
            </div>
          </>
        )}
      </WhenLoaded>
    </Page>
  );
};
