import { ledgerAccounts } from '@bankside/contracts/ledger';
import { utcDayOf } from '@bankside/std';
import { useState } from 'preact/hooks';
import type { Api } from '../../lib/api';
import type { ResponseOf } from '../../lib/api-types';
import { useLoad } from '../../lib/hooks';
import { eventName, inWords } from '../../lib/in-words';
import { money } from '../../lib/money';
import { linkTo } from '../../lib/route';
import { asProblem, type ApiProblem } from '../../lib/problem';
import { dateTimeOf } from '../../lib/time';
import type { PageProps } from '../../page-props';
import { Badge, Card, Empty, Page, Problem, Table } from '../../parts/basics';
import { Button, Choice, Field } from '../../parts/forms';
import { Pager, WhenLoaded, useFilters, useList } from '../../parts/loaded';
import { ReconciliationCard } from '../../parts/reconciliation';

const ENTRIES = 15;

type TrialBalance = ResponseOf<'getTrialBalance'>;
type Entry = ResponseOf<'listJournalEntries'>['entries'][number];

const Right = ({ children }: { children: string }) => <span class="right">{children}</span>;

const DebitAndCredit = ({ cents, currency }: { cents: number; currency: string }) => (
  <>
    <td class="right">{cents > 0 && money(cents, currency)}</td>
    <td class="right">{cents < 0 && money(-cents, currency)}</td>
  </>
);

const Balances = ({ of }: { of: TrialBalance['currencies'][number] }) => {
  const { currency, accounts } = of;
  const side = (sign: 1 | -1): string =>
    money(
      accounts.reduce((sum, { balanceCents }) => sum + Math.max(0, sign * balanceCents), 0),
      currency,
    );
  return (
    <Table
      caption={`Trial balance in ${currency}`}
      head={[`Account, in ${currency}`, <Right>Debit</Right>, <Right>Credit</Right>]}
    >
      {accounts.map(({ ledgerAccount, balanceCents }) => (
        <tr key={ledgerAccount}>
          <td>{inWords(ledgerAccount)}</td>
          <DebitAndCredit cents={balanceCents} currency={currency} />
        </tr>
      ))}
      <tr>
        <td>
          <strong>Total</strong>
        </td>
        <td class="right">
          <strong>{side(1)}</strong>
        </td>
        <td class="right">
          <strong>{side(-1)}</strong>
        </td>
      </tr>
    </Table>
  );
};

const isBalanced = ({ currencies }: TrialBalance): boolean =>
  currencies.every(({ sumCents }) => sumCents === 0);

const TrialBalanceCard = ({ api }: { api: Api }) => {
  const [typed, setTyped] = useState('');
  const at = typed === '' ? '' : new Date(typed).toISOString();
  const balance = useLoad(
    () =>
      api.get<TrialBalance>(`/api/journal/trial-balance${at === '' ? '' : `?at=${encodeURIComponent(at)}`}`),
    [at],
  );
  return (
    <Card
      title="Trial balance"
      aside={
        balance.data &&
        (isBalanced(balance.data) ? (
          <Badge tone="ok">Balanced</Badge>
        ) : (
          <Badge tone="bad">Not balanced</Badge>
        ))
      }
    >
      <Field
        label="At"
        type="datetime-local"
        step="1"
        value={typed}
        onInput={({ currentTarget }) => setTyped(currentTarget.value)}
        hint="Empty for now"
      />
      <WhenLoaded of={balance}>
        {({ currencies, entries }) =>
          currencies.length === 0 ? (
            <Empty>No entries until then.</Empty>
          ) : (
            <>
              {currencies.map((one) => (
                <Balances key={one.currency} of={one} />
              ))}
              <p class="small muted">{entries} entries</p>
            </>
          )
        }
      </WhenLoaded>
    </Card>
  );
};

const Entries = ({ of }: { of: readonly Entry[] }) => (
  <Table
    caption="Entries, newest first"
    head={['Date', 'Event', 'About', 'Account', <Right>Debit</Right>, <Right>Credit</Right>]}
  >
    {of.flatMap(({ entry, at, event, references, currency, postings }) =>
      postings.map(({ ledgerAccount, amountCents }, index) => (
        <tr key={`${entry} ${ledgerAccount}`}>
          <td>{index === 0 && dateTimeOf(at)}</td>
          <td>{index === 0 && eventName(event)}</td>
          <td class="mono small">
            {index === 0 &&
              references.map((one) => (
                <div key={one} class="reference">
                  <a href={linkTo(['operator', 'journal'], { reference: one })}>{one}</a>
                </div>
              ))}
          </td>
          <td>{inWords(ledgerAccount)}</td>
          <DebitAndCredit cents={amountCents} currency={currency} />
        </tr>
      )),
    )}
  </Table>
);

const EntriesCard = ({ api, query }: Pick<PageProps, 'api' | 'query'>) => {
  const { filters, show } = useFilters(query, ['ledgerAccount', 'reference']);
  const { ledgerAccount, reference } = filters;
  const { list, pages } = useList<ResponseOf<'listJournalEntries'>>({ api, query }, '/api/journal', {
    limit: ENTRIES,
    ...filters,
  });
  return (
    <Card title="Entries">
      <div class="form inline">
        <Choice
          label="Account"
          value={ledgerAccount}
          onChange={({ currentTarget: { value } }) => show({ ledgerAccount: value })}
          options={['', ...ledgerAccounts].map((one) => [one, one === '' ? 'all' : inWords(one)])}
        />
        <Field
          label="Reference"
          type="search"
          defaultValue={reference}
          onChange={({ currentTarget }) => show({ reference: currentTarget.value.trim() })}
          hint="Customer, order, transfer, cash desk, or number of an account, card or loan"
          autoComplete="off"
        />
      </div>
      <WhenLoaded of={list}>
        {({ entries }) => (entries.length === 0 ? <Empty>No entries.</Empty> : <Entries of={entries} />)}
      </WhenLoaded>
      <Pager of={pages} next={list.data?.next} />
    </Card>
  );
};

const save = (name: string, csv: string): void => {
  const url = URL.createObjectURL(new Blob([csv], { type: 'text/csv' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
};

/** In UTC, as the days of the journal. */
const today = (): string => utcDayOf(new Date().toISOString());

const ExportCard = ({ api }: { api: Api }) => {
  const [day, setDay] = useState(today);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ApiProblem | undefined>();
  const download = (): void => {
    setBusy(true);
    setProblem(undefined);
    void api
      .get<string>(`/api/journal/export?day=${day}`)
      .then((csv) => save(`journal-${day}.csv`, csv))
      .catch((error: unknown) => setProblem(asProblem(error)))
      .finally(() => setBusy(false));
  };
  return (
    <Card title="Export">
      <Field
        label="Day, in UTC"
        type="date"
        value={day}
        onInput={({ currentTarget }) => setDay(currentTarget.value)}
      />
      <div class="actions">
        <Button busy={busy} disabled={day === ''} onClick={download}>
          {busy ? 'Downloading…' : 'Download as CSV'}
        </Button>
      </div>
      <Problem of={problem} />
    </Card>
  );
};

export const Journal = ({ api, query }: PageProps) => (
  <Page
    title="Journal"
    lead="Every event that moves money, as postings that sum to zero. Money between two steps of a saga is in transit."
  >
    <div class="stack">
      <div class="grid two">
        <TrialBalanceCard api={api} />
        <ExportCard api={api} />
      </div>
      <ReconciliationCard api={api} today={today()} />
      <EntriesCard api={api} query={query} />
    </div>
  </Page>
);
