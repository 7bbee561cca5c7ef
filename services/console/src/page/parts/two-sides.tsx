import { useEffect, useRef, useState } from 'preact/hooks';
import type { Api } from '../lib/api';
import { useAction } from '../lib/hooks';
import { money } from '../lib/money';
import { newKey } from '../lib/new-key';
import { duration } from '../lib/time';
import { freshnessOf, type Freshness, type Read, type Written } from '../lib/two-sides';
import { Badge, Card, Problem, Table } from './basics';

const LONGEST_DELAY_MS = 3_000;
const DELAY_STEP_MS = 100;

/** A deposit with the two reads that followed it. */
export type Round = Readonly<{
  number: number;
  written: Written;
  without: Read | undefined;
  withToken: Read | undefined;
}>;

const TONES: Readonly<Record<Freshness, 'ok' | 'quiet' | 'warn' | 'bad'>> = {
  new: 'ok',
  old: 'quiet',
  behind: 'warn',
  failed: 'bad',
};
const WORDS: Readonly<Record<Freshness, string>> = {
  new: 'new',
  old: 'old',
  behind: '503: the view is still behind',
  failed: 'failed',
};

/** A read, and whether it shows the write. */
export const Outcome = ({ of, written }: { of: Read | undefined; written: Written }) => {
  if (of === undefined) return <span class="muted">Waits…</span>;
  const freshness = freshnessOf(of, written);
  return (
    <span class={`read ${freshness}`} data-freshness={freshness}>
      {of.balanceCents !== undefined && <b>{money(of.balanceCents)}</b>}{' '}
      <Badge tone={TONES[freshness]}>{WORDS[freshness]}</Badge>{' '}
      <span class="small">after {duration(of.tookMs)}</span>
    </span>
  );
};

/** Delays the views by the fault switch of the projection, and turns it off on leaving the page. */
export const Slider = ({ operator }: { operator: Api }) => {
  const [delayMs, setDelayMs] = useState(0);
  const action = useAction();
  const touched = useRef(false);
  const set = (api: Api, viewDelayMs: number, key: string): Promise<unknown> =>
    api.change('PATCH', '/api/faults/projection', key, { viewDelayMs });
  useEffect(
    () => () => {
      if (touched.current) void set(operator, 0, newKey()).catch(() => undefined);
    },
    [operator],
  );
  return (
    <>
      <label class="field">
        <span>
          The views apply each event <b>{delayMs === 0 ? 'at once' : `${duration(delayMs)} late`}</b>
        </span>
        <input
          type="range"
          min={0}
          max={LONGEST_DELAY_MS}
          step={DELAY_STEP_MS}
          value={delayMs}
          onInput={({ currentTarget }) => setDelayMs(currentTarget.valueAsNumber)}
          onChange={({ currentTarget }) => {
            touched.current = true;
            const viewDelayMs = currentTarget.valueAsNumber;
            void action.run({ viewDelayMs }, (key) => set(operator, viewDelayMs, key));
          }}
        />
      </label>
      <Problem of={action.problem} />
    </>
  );
};

export const Rounds = ({ of }: { of: readonly Round[] }) => (
  <Card title="Every deposit and its reads">
    <Table
      caption="Deposits and reads"
      head={['Deposit', 'New balance', 'Consistency-Token', 'Read without it', 'Read with it']}
    >
      {of.map(({ number, written, without, withToken }) => (
        <tr key={number}>
          <td>{number}</td>
          <td>{written.balanceCents === undefined ? '–' : money(written.balanceCents)}</td>
          <td>
            <code class="break">{written.token ?? '–'}</code>
          </td>
          <td>
            <Outcome of={without} written={written} />
          </td>
          <td>
            <Outcome of={withToken} written={written} />
          </td>
        </tr>
      ))}
    </Table>
  </Card>
);
