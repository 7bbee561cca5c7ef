import type { Account, Card as CreditCard, Loan } from '../../lib/api-types';
import { useState } from 'preact/hooks';
import { useLoad } from '../../lib/hooks';
import { centsOf, owed } from '../../lib/money';
import { inGroups } from '../../lib/in-words';
import type { PageProps } from '../../page-props';
import { Card, Empty, Page } from '../../parts/basics';
import { ActionForm, Choice, Money } from '../../parts/forms';
import { FromAccount, isOpen } from '../../parts/from-account';
import { WhenLoaded } from '../../parts/loaded';

type Holdings = Readonly<{
  accounts: readonly Account[];
  cards: readonly CreditCard[];
  loans: readonly Loan[];
}>;
/** Something to pay off: its number, and what is owed, in words. */
type Debt = readonly [number: string, text: string];
type Way = Readonly<{
  title: string;
  path: string;
  numberedBy: string;
  what: string;
  button: string;
  done: string;
}>;

const CARD: Way = {
  title: 'A card',
  path: '/api/card-payments',
  numberedBy: 'cardNumber',
  what: 'card',
  button: 'Pay',
  done: 'Paid.',
};
const LOAN: Way = {
  title: 'A loan',
  path: '/api/loan-repayments',
  numberedBy: 'loanNumber',
  what: 'loan to repay',
  button: 'Repay',
  done: 'Repaid.',
};

const Payment = ({
  api,
  accounts,
  debts,
  way: { path, numberedBy, what, button, done },
  onDone,
}: Pick<PageProps, 'api'> & {
  accounts: readonly Account[];
  debts: readonly Debt[];
  way: Way;
  onDone: () => void;
}) => {
  const [number, setNumber] = useState('');
  if (debts.length === 0 || accounts.length === 0) return <Empty>You need an account and a {what}.</Empty>;
  const from = accounts.find(({ accountNumber }) => accountNumber === number) ?? accounts.find(isOpen);
  if (from === undefined)
    return <Empty>No account of yours can pay: {accounts.map(({ status }) => status).join(', ')}.</Empty>;
  const { currency } = from;
  return (
    <ActionForm
      label={button}
      done={done}
      onDone={onDone}
      submit={({ amount = '', ...values }, key) =>
        api.changeBySaga('POST', path, key, { ...values, amountCents: centsOf(amount, currency), currency })
      }
    >
      <FromAccount of={accounts} onChoice={setNumber} />
      <Choice label="To" name={numberedBy} options={debts} />
      <Money currency={currency} />
    </ActionForm>
  );
};

const except = (usual: string, status: string): string => (status === usual ? '' : `, ${status}`);

/** Payments of cards and loans from an account. */
export const PayOff = ({ api, session: { customerId = '' } }: PageProps) => {
  const at = `/api/customers/${encodeURIComponent(customerId)}`;
  const purse = useLoad(async (): Promise<Holdings> => {
    const [accounts, cards, loans] = await Promise.all([
      api.all<Account>(`${at}/accounts`, 'accounts'),
      api.all<CreditCard>(`${at}/cards`, 'cards'),
      api.all<Loan>(`${at}/loans`, 'loans'),
    ]);
    return { accounts: accounts.filter(({ status }) => status !== 'closed'), cards, loans };
  }, []);
  const cardDebts = ({ cards }: Holdings): readonly Debt[] =>
    cards.map(({ cardNumber, usedCents, currency, status }) => [
      cardNumber,
      `Card ${inGroups(cardNumber)}: ${owed(usedCents, currency)}${except('active', status)}`,
    ]);
  const loanDebts = ({ loans }: Holdings): readonly Debt[] =>
    loans
      .filter(({ outstandingCents, status }) => outstandingCents > 0 && status !== 'cancelled')
      .map(({ loanNumber, outstandingCents, currency, status }) => [
        loanNumber,
        `Loan ${inGroups(loanNumber)}: ${owed(outstandingCents, currency)}${except('open', status)}`,
      ]);
  return (
    <Page
      title="Pay off"
      lead="From a savings account. If the card or the loan rejects the payment, the money returns to the account."
    >
      <WhenLoaded of={purse}>
        {(data) => (
          <div class="grid two">
            {[
              { way: CARD, debts: cardDebts(data) },
              { way: LOAN, debts: loanDebts(data) },
            ].map(({ way, debts }) => (
              <Card key={way.path} title={way.title}>
                <Payment api={api} accounts={data.accounts} debts={debts} way={way} onDone={purse.reload} />
              </Card>
            ))}
          </div>
        )}
      </WhenLoaded>
    </Page>
  );
};
