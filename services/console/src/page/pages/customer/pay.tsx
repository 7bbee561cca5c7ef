import type { Account, Card as CreditCard } from '../../lib/api-types';
import { useState } from 'preact/hooks';
import { useLoad } from '../../lib/hooks';
import { centsOf, money } from '../../lib/money';
import { inGroups } from '../../lib/in-words';
import type { PageProps } from '../../page-props';
import { Card, Empty, Page } from '../../parts/basics';
import { ActionForm, Choice, Money } from '../../parts/forms';
import { WhenLoaded } from '../../parts/loaded';

type Holdings = Readonly<{ accounts: readonly Account[]; cards: readonly CreditCard[] }>;

const Payment = ({ api, of, onDone }: Pick<PageProps, 'api'> & { of: Holdings; onDone: () => void }) => {
  const [number, setNumber] = useState('');
  if (of.cards.length === 0 || of.accounts.length === 0)
    return <Empty>You need an account and a card.</Empty>;
  const isOpen = ({ status }: Account): boolean => status === 'open';
  if (!of.accounts.some(isOpen))
    return <Empty>No account of yours can pay: {of.accounts.map(({ status }) => status).join(', ')}.</Empty>;
  const { currency } =
    of.accounts.find(({ accountNumber }) => accountNumber === number) ?? of.accounts.find(isOpen)!;
  return (
    <ActionForm
      label="Pay"
      done="Paid."
      onDone={onDone}
      submit={({ fromAccount, cardNumber, amount = '' }, key) => {
        const amountCents = centsOf(amount, currency);
        return api.changeBySaga('POST', '/api/card-payments', key, {
          fromAccount,
          cardNumber,
          amountCents,
          currency,
        });
      }}
    >
      <Choice
        label="From"
        name="fromAccount"
        onChange={({ currentTarget }) => setNumber(currentTarget.value)}
        options={of.accounts.map((account) => [
          account.accountNumber,
          `Account ${inGroups(account.accountNumber)}: ${isOpen(account) ? money(account.balanceCents, account.currency) : account.status}`,
          !isOpen(account),
        ])}
      />
      <Choice
        label="To"
        name="cardNumber"
        options={of.cards.map((card) => [
          card.cardNumber,
          `Card ${inGroups(card.cardNumber)}: ${money(card.usedCents, card.currency)} owed${card.status === 'active' ? '' : `, ${card.status}`}`,
        ])}
      />
      <Money currency={currency} />
    </ActionForm>
  );
};

export const PayCard = ({ api, session: { customerId = '' } }: PageProps) => {
  const at = `/api/customers/${encodeURIComponent(customerId)}`;
  const purse = useLoad(async (): Promise<Holdings> => {
    const [accounts, cards] = await Promise.all([
      api.all<Account>(`${at}/accounts`, 'accounts'),
      api.all<CreditCard>(`${at}/cards`, 'cards'),
    ]);
    return { accounts: accounts.filter(({ status }) => status !== 'closed'), cards };
  }, []);
  return (
    <Page
      title="Pay off the card"
      lead="From a savings account. If the card rejects the payment, the money returns to the account."
    >
      <div class="grid two">
        <Card title="Payment">
          <WhenLoaded of={purse}>
            {(data) => <Payment api={api} of={data} onDone={purse.reload} />}
          </WhenLoaded>
        </Card>
      </div>
    </Page>
  );
};
