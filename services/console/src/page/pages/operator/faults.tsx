import { servicesWithFaults, owners } from '@bankside/contracts/owners';
import { useEffect, useState } from 'preact/hooks';
import type { ResponseOf } from '../../lib/api-types';
import { faultsOn } from '../../lib/faults';
import { useLoad } from '../../lib/hooks';
import { duration } from '../../lib/time';
import type { PageProps } from '../../page-props';
import { Badge, Card, Empty, Page, Problem } from '../../parts/basics';
import { ActionButton, ActionForm, Choice, Field } from '../../parts/forms';

const WITH_COMMITS: readonly string[] = owners;
const WITH_VIEWS: readonly string[] = ['projection'];

const REFRESH_MS = 5_000;
const SECOND_MS = 1_000;
const DURATIONS = [
  ['60', '1 minute'],
  ['300', '5 minutes'],
  ['900', '15 minutes'],
  ['3600', '1 hour'],
] as const;
const DEFAULT_SECONDS = '300';

type Faults = ResponseOf<'getFaults'>;
type Values = Omit<Faults, 'until'>;

/** Switches of one click, by the services that have them. */
const CLICKS: readonly Readonly<{ label: string; faults: Values; of?: readonly string[] }>[] = [
  { label: 'Slow, 2 s', faults: { delayMs: 2_000 } },
  { label: 'Fails', faults: { errorRate: 1 } },
  { label: 'Reject next', faults: { rejectNext: 1 } },
  { label: 'Lose all events', faults: { dropRate: 1 }, of: WITH_COMMITS },
  { label: 'Double events', faults: { doubleRate: 1 }, of: WITH_COMMITS },
  { label: 'Crash after commit', faults: { crashAfterEffect: true }, of: WITH_COMMITS },
  { label: 'Poison next event', faults: { poisonNext: 1 }, of: [...WITH_COMMITS, ...WITH_VIEWS] },
  { label: 'Views late, 2 s', faults: { viewDelayMs: 2_000 }, of: WITH_VIEWS },
];

const NUMBERS = [
  ['delayMs', 'Delay of every response, ms', 1, 60_000],
  ['errorRate', 'Share of requests that fail, 0 to 1', 0.05, 1],
  ['rejectNext', 'Number of next changes to reject', 1, 1_000_000],
] as const;
const OF_EVENTS = [
  ['dropRate', 'Share of events not published to the broker, 0 to 1', 0.05, 1],
  ['doubleRate', 'Share of events published twice, 0 to 1', 0.05, 1],
  ['reorderRate', 'Share of events published late, 0 to 1', 0.05, 1],
] as const;
const OF_CONSUMERS = [['poisonNext', 'Number of next events to poison', 1, 1_000]] as const;
const OF_VIEWS = [['viewDelayMs', 'Delay before views apply events, ms', 1, 10_000]] as const;

const fieldsOf = (name: string) => [
  ...NUMBERS,
  ...(WITH_COMMITS.includes(name) ? OF_EVENTS : []),
  ...(WITH_COMMITS.includes(name) || WITH_VIEWS.includes(name) ? OF_CONSUMERS : []),
  ...(WITH_VIEWS.includes(name) ? OF_VIEWS : []),
];

const faultsFrom = (name: string, values: Readonly<Record<string, string>>): Values => ({
  ...Object.fromEntries(
    fieldsOf(name).flatMap(([field]) => {
      const typed = values[field];
      return typed === undefined || typed === '' ? [] : [[field, Number(typed)]];
    }),
  ),
  ...(values['poisonStream'] && { poisonStream: values['poisonStream'] }),
});

type Turn = (faults: Values) => (key: string) => Promise<unknown>;

/** Seconds until a switch ends by itself, counted down. */
const Countdown = ({ until }: { until: string | undefined }) => {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), SECOND_MS);
    return () => clearInterval(timer);
  }, []);
  if (until === undefined) return null;
  const left = Math.max(0, Math.round((Date.parse(until) - now) / SECOND_MS) * SECOND_MS);
  return <span class="small muted">ends by itself in {duration(left)}</span>;
};

const OFF: Readonly<Record<string, unknown>> = { crashAfterEffect: false, poisonStream: '' };

/** The switches that are on: each with its end and a button of its own. */
const SwitchesOn = ({ of, turn, onDone }: { of: Faults; turn: Turn; onDone: () => void }) => (
  <>
    {faultsOn(of).map(({ name, text }) => (
      <div key={name} class="switch">
        <Badge tone="warn">{text}</Badge>
        <Countdown until={of.until?.[name as keyof Values]} />
        <ActionButton
          label={`Turn off: ${text}`}
          submit={turn({ [name]: OFF[name] ?? 0 } as Values)}
          onDone={onDone}
        />
      </div>
    ))}
  </>
);

/** More switches, with values; those left empty stay as they are. */
const MoreFaults = ({ name, turn, onDone }: { name: string; turn: Turn; onDone: () => void }) => {
  const [open, setOpen] = useState(false);
  return (
    <details open={open} onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>More faults</summary>
      {open && (
        <ActionForm
          label="Turn on"
          kind="plain"
          done="On."
          submit={(values, key) => turn(faultsFrom(name, values))(key)}
          onDone={onDone}
        >
          {fieldsOf(name).map(([field, label, step, max]) => (
            <Field key={field} label={label} name={field} type="number" min={0} max={max} step={step} />
          ))}
          {fieldsOf(name).length > NUMBERS.length && (
            <Field
              label="Stream whose events to poison"
              name="poisonStream"
              maxLength={200}
              autoComplete="off"
            />
          )}
        </ActionForm>
      )}
    </details>
  );
};

type ServiceProps = Pick<PageProps, 'api'> & Readonly<{ name: string; seconds: string }>;

const Service = ({ api, name, seconds }: ServiceProps) => {
  const at = `/api/faults/${name}`;
  const { data, problem, reload } = useLoad(() => api.get<Faults>(at), [], REFRESH_MS);
  if (problem?.body.status === 404)
    return (
      <Card title={name}>
        <Empty>Fault injection is off for this service.</Empty>
      </Card>
    );
  const turn: Turn = (faults) => (key) =>
    api.change('PATCH', at, key, { ...faults, seconds: Number(seconds) });
  const on = faultsOn(data ?? {}).length;
  return (
    <Card
      title={name}
      aside={data && (on > 0 ? <Badge tone="bad">{on} on</Badge> : <Badge tone="ok">No faults</Badge>)}
    >
      <Problem of={problem} retry={reload} />
      {data && <SwitchesOn of={data} turn={turn} onDone={reload} />}
      <div class="actions">
        {CLICKS.filter(({ of }) => of === undefined || of.includes(name)).map(({ label, faults }) => (
          <ActionButton key={label} label={label} submit={turn(faults)} onDone={reload} />
        ))}
      </div>
      <MoreFaults name={name} turn={turn} onDone={reload} />
    </Card>
  );
};

export const FaultInjection = ({ api }: PageProps) => {
  const [seconds, setSeconds] = useState(DEFAULT_SECONDS);
  return (
    <Page
      title="Fault injection"
      lead="Make services misbehave and see that nothing is lost. Switches add up, and each ends by itself."
      aside={
        <>
          <Choice
            label="Each switch ends after"
            value={seconds}
            onChange={({ currentTarget }) => setSeconds(currentTarget.value)}
            options={DURATIONS}
          />
          <ActionButton
            label="Clear all faults"
            kind="main"
            submit={(key) =>
              Promise.all(
                servicesWithFaults.map((name) =>
                  api.change('PUT', `/api/faults/${name}`, `${key}-${name}`, {}),
                ),
              )
            }
            onDone={() => location.reload()}
          />
        </>
      }
    >
      <div class="grid three">
        {servicesWithFaults.map((name) => (
          <Service key={name} api={api} name={name} seconds={seconds} />
        ))}
      </div>
    </Page>
  );
};
