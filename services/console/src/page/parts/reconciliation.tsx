import { currencies } from '@bankside/contracts/currencies';
import type { TargetedSubmitEvent } from 'preact';
import { useState } from 'preact/hooks';
import type { Api } from '../lib/api';
import type { ResponseOf } from '../lib/api-types';
import { useAction } from '../lib/hooks';
import { counted, eventName, inWords } from '../lib/in-words';
import { money, signed } from '../lib/money';
import { typedIn } from '../lib/text';
import { dateTimeOf } from '../lib/time';
import { Badge, Card, Problem, Table } from './basics';
import { Button, Field } from './forms';

type Result = ResponseOf<'reconcileCash'>;
type Entry = Result['onlyInJournal']['items'][number];
type Line = Result['onlyInStatement']['items'][number];
type Row = Readonly<{ entry?: Entry; line?: Line; what: string }>;

/** Rows of a list that the page shows; the API lists more. */
const SHOWN = 100;

const right = (text: string) => <span class="right">{text}</span>;

const EntryCells = ({ of, currency }: { of: Entry | undefined; currency: string }) => (
  <>
    <td>{of ? dateTimeOf(of.at) : '–'}</td>
    <td>{of ? eventName(of.event) : '–'}</td>
    <td class="right">{of ? signed(of.amountCents, currency) : '–'}</td>
  </>
);

const LineCells = ({ of, currency }: { of: Line | undefined; currency: string }) => (
  <>
    <td>{of?.line ?? '–'}</td>
    <td class="break">{of?.reference ?? '–'}</td>
    <td class="right">{of ? signed(of.amountCents, currency) : '–'}</td>
  </>
);

const Rows = ({
  title,
  count,
  of,
  currency,
}: {
  title: string;
  count: number;
  of: readonly Row[];
  currency: string;
}) =>
  count === 0 ? null : (
    <>
      <h3>{`${title}: ${count.toLocaleString('en')}`}</h3>
      <Table
        caption={title}
        head={['Entry', 'Event', right('Journal'), 'Line', 'Reference', right('Statement'), 'What']}
      >
        {of.slice(0, SHOWN).map(({ entry, line, what }) => (
          <tr key={`${entry?.entry} ${line?.line}`}>
            <EntryCells of={entry} currency={currency} />
            <LineCells of={line} currency={currency} />
            <td>{what}</td>
          </tr>
        ))}
      </Table>
      {count > SHOWN && <p class="small muted">The first {SHOWN} are shown; the API lists more.</p>}
    </>
  );

const Outcome = ({ of }: { of: Result }) => {
  const { currency, journal, statement, matched, differing, onlyInJournal, onlyInStatement } = of;
  const differences = differing.count + onlyInJournal.count + onlyInStatement.count;
  return (
    <>
      <p role="status">
        <Badge tone={differences === 0 ? 'ok' : 'bad'}>
          {differences === 0 ? 'No difference' : counted(differences, 'difference')}
        </Badge>{' '}
        {matched.count.toLocaleString('en')} matched
      </p>
      <Table caption="Sums" head={['Side', 'Movements', right('In'), right('Out'), right('Together')]}>
        {(
          [
            ['Journal', journal],
            ['Statement', statement],
          ] as const
        ).map(([side, { count, debitCents, creditCents, sumCents }]) => (
          <tr key={side}>
            <td>{side}</td>
            <td>{count.toLocaleString('en')}</td>
            <td class="right">{money(debitCents, currency)}</td>
            <td class="right">{money(creditCents, currency)}</td>
            <td class="right">{signed(sumCents, currency)}</td>
          </tr>
        ))}
      </Table>
      <Rows
        title="Differing"
        currency={currency}
        count={differing.count}
        of={differing.items.map((one) => ({ ...one, what: `Another ${one.differences.join(' and ')}` }))}
      />
      <Rows
        title="Only in the journal"
        currency={currency}
        count={onlyInJournal.count}
        of={onlyInJournal.items.map((entry) => ({ entry, what: 'Missing in the statement' }))}
      />
      <Rows
        title="Only in the statement"
        currency={currency}
        count={onlyInStatement.count}
        of={onlyInStatement.items.map((line) => ({ line, what: 'Missing in the journal' }))}
      />
      <Rows
        title="Matched"
        currency={currency}
        count={matched.count}
        of={matched.items.map((one) => ({ ...one, what: `By ${inWords(one.rule).toLowerCase()}` }))}
      />
    </>
  );
};

/** Compares the cash of a day with a chosen file, which is not kept. */
export const ReconciliationCard = ({ api, today }: { api: Api; today: string }) => {
  const [file, setFile] = useState<File | undefined>();
  const [result, setResult] = useState<Result | undefined>();
  const action = useAction();
  const onSubmit = (event: TargetedSubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    if (file === undefined) return;
    const query = new URLSearchParams(
      ['day', 'currency', 'toleranceDays'].map((name) => [name, typedIn(event.currentTarget, name)]),
    ).toString();
    setResult(undefined);
    void action.run({ query }, async () =>
      setResult(await api.compare<Result>(`/api/journal/reconciliation?${query}`, file)),
    );
  };
  return (
    <Card title="Reconciliation" wide>
      <p class="small muted">
        Compares the cash of a day with a statement: CAMT.053, the export above, or CSV with date, amount,
        currency and reference. The file is not kept.
      </p>
      <form class="form inline" onSubmit={onSubmit}>
        <Field label="Day of the statement" name="day" type="date" required defaultValue={today} />
        <Field
          label="Currency"
          name="currency"
          required
          defaultValue="EUR"
          pattern={currencies.join('|')}
          title="A code of ISO 4217, such as EUR"
          maxLength={3}
          autoComplete="off"
        />
        <Field
          label="Tolerance, in days"
          name="toleranceDays"
          type="number"
          min={0}
          max={7}
          defaultValue={0}
        />
        <Field
          label="Statement"
          type="file"
          accept=".csv,.xml"
          required
          onChange={({ currentTarget }) => setFile(currentTarget.files?.[0])}
        />
        <Button type="submit" kind="main" busy={action.busy}>
          {action.busy ? 'Comparing…' : 'Compare'}
        </Button>
      </form>
      <Problem of={action.problem} />
      {result !== undefined && <Outcome of={result} />}
    </Card>
  );
};
