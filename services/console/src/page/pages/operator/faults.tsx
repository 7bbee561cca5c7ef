import { servicesWithFaults, owners } from '@bankside/contracts/owners';
import { useState } from 'preact/hooks';
import type { ResponseOf } from '../../lib/api-types';
import { useLoad } from '../../lib/hooks';
import type { PageProps } from '../../page-props';
import { Badge, Card, Empty, Page, Problem } from '../../parts/basics';
import { ActionButton, ActionForm, Field } from '../../parts/forms';

const WITH_COMMITS: readonly string[] = owners;

const REFRESH_MS = 10_000;

type Faults = ResponseOf<'getFaults'>;

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

/** Whether any fault is active. */
const isOn = (faults: Faults): boolean =>
  Object.values(faults).some((value) => value !== 0 && value !== false);

const faultsFrom = (values: Readonly<Record<string, string>>): Faults => ({
  ...Object.fromEntries(
    [...NUMBERS, ...OF_EVENTS].flatMap(([name]) => {
      const typed = values[name];
      return typed === undefined || typed === '' ? [] : [[name, Number(typed)]];
    }),
  ),
  ...(values['crashAfterEffect'] === 'on' && { crashAfterEffect: true }),
});

type SetFaults = (faults: Faults) => (key: string) => Promise<unknown>;

/** Sets all faults of a service at once; those left empty are off. */
const AllFaults = ({ name, set, onDone }: { name: string; set: SetFaults; onDone: () => void }) => {
  const [open, setOpen] = useState(false);
  const commits = WITH_COMMITS.includes(name);
  return (
    <details open={open} onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>All faults</summary>
      {open && (
        <ActionForm
          label="Set"
          kind="plain"
          done="Set."
          submit={(values, key) => set(faultsFrom(values))(key)}
          onDone={onDone}
        >
          {(commits ? [...NUMBERS, ...OF_EVENTS] : NUMBERS).map(([field, label, step, max]) => (
            <Field key={field} label={label} name={field} type="number" min={0} max={max} step={step} />
          ))}
          {commits && (
            <label class="tick">
              <input type="checkbox" name="crashAfterEffect" />
              <span>Crash after the next commit, before the response</span>
            </label>
          )}
        </ActionForm>
      )}
    </details>
  );
};

const Service = ({ api, name }: Pick<PageProps, 'api'> & { name: string }) => {
  const at = `/api/faults/${name}`;
  const { data, problem, reload } = useLoad(() => api.get<Faults>(at), [], REFRESH_MS);
  if (problem?.body.status === 404)
    return (
      <Card title={name}>
        <Empty>Fault injection is off for this service.</Empty>
      </Card>
    );
  const set: SetFaults = (faults) => (key) => api.change('PUT', at, key, faults);
  const faulty = data !== undefined && isOn(data);
  return (
    <Card
      title={name}
      aside={data && (faulty ? <Badge tone="bad">Faults active</Badge> : <Badge tone="ok">No faults</Badge>)}
    >
      <Problem of={problem} retry={reload} />
      {faulty && (
        <ul class="rows small">
          {Object.entries(data).map(([name, value]) => (
            <li key={name}>
              <code>{name}</code> {String(value)}
            </li>
          ))}
        </ul>
      )}
      <div class="actions">
        <ActionButton label="Slow, 2 s" submit={set({ delayMs: 2_000 })} onDone={reload} />
        <ActionButton label="Reject next" submit={set({ rejectNext: 1 })} onDone={reload} />
        <ActionButton label="Clear" kind={faulty ? 'main' : 'plain'} submit={set({})} onDone={reload} />
      </div>
      <AllFaults name={name} set={set} onDone={reload} />
    </Card>
  );
};

export const FaultInjection = ({ api }: PageProps) => (
  <Page
    title="Fault injection"
    lead="Make a service misbehave and see that nothing is lost. Faults stay active until they are replaced or the service restarts."
    aside={
      <ActionButton
        label="Clear all faults"
        kind="main"
        submit={(key) =>
          Promise.all(
            servicesWithFaults.map((name) => api.change('PUT', `/api/faults/${name}`, `${key}-${name}`, {})),
          )
        }
        onDone={() => location.reload()}
      />
    }
  >
    <div class="grid three">
      {servicesWithFaults.map((name) => (
        <Service key={name} api={api} name={name} />
      ))}
    </div>
  </Page>
);
