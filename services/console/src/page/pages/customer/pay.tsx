import type { Out } from '../../lib/answers';
import { useLoad } from '../../lib/hooks';
import { centsOf, money } from '../../lib/money';
import { grouped } from '../../lib/words';
import type { PageProps } from '../../page-props';
import { Card, Empty, Page } from '../../parts/basics';
import { ActionForm, Choice, Money } from '../../parts/forms';
import { Shown } from '../../parts/loaded';

type Purse = Out<'listAccounts'> & Out<'listCards'>;

const Payment = ({ api, of, onDone }: Pick<PageProps, 'api'> & { of: Purse; onDone: () => void }) => {
  if (of.cards.length === 0 || of.accounts.length === 0)
    return <Empty>It takes an account and a card.</Empty>;
  return (
    <ActionForm
      label="Pay"
      done="Paid."
      onDone={onDone}
      submit={({ fromAccount, cardNumber, amount = '' }, key) =>
        api.changeBySaga('/api/card-payments', key, { fromAccount, cardNumber, amountCents: centsOf(amount) })
      }
    >
      <Choice
        label="From"
        name="fromAccount"
        options={of.accounts.map(({ accountNumber, balanceCents, currency }) => [
          accountNumber,
          `Account ${grouped(accountNumber)}: ${money(balanceCents, currency)}`,
        ])}
      />
      <Choice
        label="To"
        name="cardNumber"
        options={of.cards.map(({ cardNumber, usedCents, currency }) => [
          cardNumber,
          `Card ${grouped(cardNumber)}: ${money(usedCents, currency)} owed`,
        ])}
      />
      <Money />
    </ActionForm>
  );
};

export const PayCard = ({ api, session: { customerId = '' } }: PageProps) => {
  const at = `/api/customers/${encodeURIComponent(customerId)}`;
  const purse = useLoad(async (): Promise<Purse> => {
    const [accounts, cards] = await Promise.all([
      api.get<Out<'listAccounts'>>(`${at}/accounts`),
      api.get<Out<'listCards'>>(`${at}/cards`),
    ]);
    return { ...accounts, ...cards };
  }, []);
  return (
    <Page
      title="Pay the card"
      lead="From a savings account. All or nothing: when the card refuses, the money is back on the account."
    >
      <div class="grid two">
        <Card title="Payment">
          <Shown of={purse}>{(data) => <Payment api={api} of={data} onDone={purse.reload} />}</Shown>
        </Card>
      </div>
    </Page>
  );
};
