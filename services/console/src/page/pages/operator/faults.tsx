import { servicesWithFaults, owners } from '@bankside/contracts/owners';
import { useState } from 'preact/hooks';
import type { Out } from '../../lib/answers';
import { useLoad } from '../../lib/hooks';
import type { PageProps } from '../../page-props';
import { Badge, Card, Empty, Page, Problem } from '../../parts/basics';
import { ActionButton, ActionForm, Field } from '../../parts/forms';

const WITH_COMMITS: readonly string[] = owners;

const REFRESH_MS = 10_000;

type Faults = Out<'getFaults'>;

const NUMBERS = [
  ['delayMs', 'Delay of every answer, ms', 1, 60_000],
  ['errorRate', 'Share answered with an error, 0 to 1', 0.05, 1],
  ['rejectNext', 'Refuse the next so many changes', 1, 1_000_000],
] as const;
const OF_EVENTS = [
  ['dropRate', 'Share of events lost to the broker, 0 to 1', 0.05, 1],
  ['doubleRate', 'Share of events published twice, 0 to 1', 0.05, 1],
  ['reorderRate', 'Share of events held back, 0 to 1', 0.05, 1],
] as const;

/** The active faults in words; empty without any. */
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

/** The fault switches of a service; absent ones are off. */
const Switches = ({ name, set, onDone }: { name: string; set: SetFaults; onDone: () => void }) => {
  const [open, setOpen] = useState(false);
  const commits = WITH_COMMITS.includes(name);
  return (
    <details open={open} onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>All switches</summary>
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
              <span>Die after the next commit, before it is answered</span>
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
        <Empty>It has no switches here.</Empty>
      </Card>
    );
  const set: SetFaults = (faults) => (key) => api.change('PUT', at, key, faults);
  const wrong = data !== undefined && isOn(data);
  return (
    <Card
      title={name}
      aside={data && (wrong ? <Badge tone="bad">Goes wrong</Badge> : <Badge tone="ok">All well</Badge>)}
    >
      <Problem of={problem} retry={reload} />
      {wrong && (
        <ul class="rows small">
          {Object.entries(data).map(([what, value]) => (
            <li key={what}>
              <code>{what}</code> {String(value)}
            </li>
          ))}
        </ul>
      )}
      <div class="actions">
        <ActionButton label="Slow, 2 s" submit={set({ delayMs: 2_000 })} onDone={reload} />
        <ActionButton label="Refuse next" submit={set({ rejectNext: 1 })} onDone={reload} />
        <ActionButton label="All well" kind={wrong ? 'main' : 'plain'} submit={set({})} onDone={reload} />
      </div>
      <Switches name={name} set={set} onDone={reload} />
    </Card>
  );
};

export const FaultSwitches = ({ api }: PageProps) => (
  <Page
    title="Fault switches"
    lead="Let a service go wrong on purpose, and see that nothing is lost. What is set is on until it is set anew, or the service starts again."
    aside={
      <ActionButton
        label="Everything well again"
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
