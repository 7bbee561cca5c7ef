import { useState } from 'preact/hooks';
import type { Account, Person, ResponseOf } from '../../lib/api-types';
import type { Api } from '../../lib/api';
import { useAction, useLoad } from '../../lib/hooks';
import { money } from '../../lib/money';
import { sampleCustomer } from '../../lib/samples';
import { duration } from '../../lib/time';
import { inGroups } from '../../lib/in-words';
import { deposit, readBalance } from '../../lib/two-sides';
import type { PageProps } from '../../page-props';
import { Badge, Card, Empty, Facts, Page, Problem } from '../../parts/basics';
import { ActionButton, Button, Choice } from '../../parts/forms';
import { WhenLoaded } from '../../parts/loaded';
import { Outcome, Rounds, Slider, type Round } from '../../parts/two-sides';

const AMOUNT_CENTS = 100;
const SHOWN = 12;
const CUSTOMERS = 12;

type Holder = Readonly<{ person: Person; account: Account }>;
/** Customers with an open account. */
const holders = async (teller: Api): Promise<readonly Holder[]> => {
  const { customers } = await teller.get<ResponseOf<'searchCustomers'>>(`/api/customers?limit=${CUSTOMERS}`);
  const found = await Promise.all(
    customers.map(async (person): Promise<readonly Holder[]> => {
      const at = `/api/customers/${encodeURIComponent(person.customerId)}/accounts`;
      const { accounts } = await teller.get<ResponseOf<'listAccounts'>>(at);
      const account = accounts.find(({ status }) => status === 'open');
      return account === undefined ? [] : [{ person, account }];
    }),
  );
  return found.flat();
};

const CommandSide = ({
  of,
  rounds,
  write,
  busy,
}: {
  of: Holder;
  rounds: readonly Round[];
  write: () => void;
  busy: boolean;
}) => {
  const written = rounds[0]?.written;
  return (
    <Card title="Command side" aside={<Badge tone="info">accounts</Badge>}>
      <p class="small muted">The owner decides, and commits to the stream. Its response names the commit.</p>
      <div class="actions">
        <Button kind="main" busy={busy} onClick={write}>
          Deposit {money(AMOUNT_CENTS)}
        </Button>
      </div>
      <p class="big">{money(written?.balanceCents ?? of.account.balanceCents)}</p>
      <Facts
        of={[
          ['Stream', <code class="break">account-{of.account.accountNumber}</code>],
          [
            'Consistency-Token',
            written?.token === undefined ? '–' : <code class="break">{written.token}</code>,
          ],
          ['Took', written === undefined ? '–' : duration(written.tookMs)],
        ]}
      />
    </Card>
  );
};

const QuerySide = ({ of }: { of: Round | undefined }) => (
  <Card title="Query side" aside={<Badge tone="info">view customer-profile</Badge>}>
    <p class="small muted">
      A view follows the events. A query with the token waits until the view has that commit, two seconds at
      most.
    </p>
    {of === undefined ? (
      <Empty>Make a deposit, and both reads follow at once.</Empty>
    ) : (
      <div class="two-reads" aria-live="polite">
        <div>
          <h3>Without the token</h3>
          <Outcome of={of.without} written={of.written} />
        </div>
        <div>
          <h3>With the token</h3>
          <Outcome of={of.withToken} written={of.written} />
        </div>
      </div>
    )}
  </Card>
);

const Sides = ({ api, operator, all }: { api: Api; operator: Api | undefined; all: readonly Holder[] }) => {
  const [chosen, setChosen] = useState(all[0]!.account.accountNumber);
  const [rounds, setRounds] = useState<readonly Round[]>([]);
  const action = useAction();
  const holder = all.find(({ account }) => account.accountNumber === chosen)!;
  const at = { customerId: holder.person.customerId, accountNumber: chosen };

  const update = (number: number, reads: Partial<Round>): void =>
    setRounds((before) => before.map((round) => (round.number === number ? { ...round, ...reads } : round)));
  const write = (): void => {
    const number = (rounds[0]?.number ?? 0) + 1;
    void action.run({ number, chosen }, async (key) => {
      const written = await deposit(api, chosen, { amountCents: AMOUNT_CENTS, key });
      const round: Round = { number, written, without: undefined, withToken: undefined };
      setRounds((before) => [round, ...before].slice(0, SHOWN));
      await Promise.all([
        readBalance(api, at).then((without) => update(number, { without })),
        readBalance(api, at, written.token).then((withToken) => update(number, { withToken })),
      ]);
    });
  };
  return (
    <>
      <Card title="Slow the views down">
        {operator === undefined ? (
          <p>
            <a href="#/operator">Sign in as operator</a> to slow the views down.
          </p>
        ) : (
          <Slider operator={operator} />
        )}
        <Choice
          label="Account"
          value={chosen}
          onChange={({ currentTarget }) => {
            setChosen(currentTarget.value);
            setRounds([]);
          }}
          options={all.map(({ person, account }) => [
            account.accountNumber,
            `${person.name}, account ${inGroups(account.accountNumber)}`,
          ])}
        />
      </Card>
      <div class="grid two even">
        <CommandSide of={holder} rounds={rounds} write={write} busy={action.busy} />
        <QuerySide of={rounds[0]} />
      </div>
      <Problem of={action.problem} />
      {rounds.length > 0 && <Rounds of={rounds} />}
    </>
  );
};

/** The command side beside the query side, with the token that connects them. */
export const TwoSides = ({ api, others }: PageProps) => {
  const all = useLoad(() => holders(api), []);
  return (
    <Page
      title="Two sides"
      lead="Writes go to the owner, reads to a view that follows it. The Consistency-Token of a write makes a read wait for it."
    >
      <WhenLoaded of={all}>
        {(found) =>
          found.length === 0 ? (
            <Card>
              <Empty>No customer has an open account.</Empty>
              <ActionButton
                label="Add a sample customer"
                kind="main"
                submit={() => sampleCustomer(api)}
                onDone={all.reload}
              />
            </Card>
          ) : (
            <Sides api={api} operator={others.operator} all={found} />
          )
        }
      </WhenLoaded>
    </Page>
  );
};
