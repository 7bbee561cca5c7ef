import type { Account, Card as CreditCard, ResponseOf } from '../../lib/api-types';
import { useLoad } from '../../lib/hooks';
import { inGroups } from '../../lib/in-words';
import { money } from '../../lib/money';
import type { PageProps } from '../../page-props';
import { Facts, Page, State } from '../../parts/basics';
import { LoadedCard } from '../../parts/loaded';
import { Thing } from '../../parts/thing';

type Loan = ResponseOf<'getLoan'>;
type Holder = Readonly<{ customerId?: string; status: string }>;

/** A page of one holding, found by its number: what it holds, and whose it is. */
const holdingPage =
  <T extends Holder>(
    kind: 'account' | 'card' | 'loan',
    amountsOf: (holding: T) => readonly (readonly [string, string])[],
  ) =>
  ({ api, params: { number = '' } }: PageProps) => {
    const holding = useLoad(() => api.get<T>(`/api/${kind}s/${encodeURIComponent(number)}`), [number]);
    return (
      <Page title={`${kind.charAt(0).toUpperCase()}${kind.slice(1)} ${inGroups(number)}`}>
        <LoadedCard title="Current state" of={holding} aside={({ status }) => <State of={status} />}>
          {(data) => (
            <Facts
              of={[
                ...amountsOf(data as T),
                [
                  'Customer',
                  data.customerId === undefined ? (
                    '–'
                  ) : (
                    <Thing kind="customer" id={data.customerId} role="teller" />
                  ),
                ],
              ]}
            />
          )}
        </LoadedCard>
      </Page>
    );
  };

export const AccountPage = holdingPage<Account>('account', ({ balanceCents, currency }) => [
  ['Balance', money(balanceCents, currency)],
]);
export const CardPage = holdingPage<CreditCard>(
  'card',
  ({ limitCents, usedCents, availableCents, currency }) => [
    ['Available', money(availableCents, currency)],
    ['Used', money(usedCents, currency)],
    ['Limit', money(limitCents, currency)],
  ],
);
export const LoanPage = holdingPage<Loan>('loan', ({ totalCents, paidCents, outstandingCents, currency }) => [
  ['Outstanding', money(outstandingCents, currency)],
  ['Repaid', money(paidCents, currency)],
  ['Total', money(totalCents, currency)],
]);
