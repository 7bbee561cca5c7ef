import { useState } from 'preact/hooks';
import type { ResponseOf, Projection } from '../../lib/api-types';
import { deadLettersInWords } from '../../lib/consumers';
import { counted } from '../../lib/in-words';
import { useAction, useLoad } from '../../lib/hooks';
import { linkTo } from '../../lib/route';
import type { PageProps } from '../../page-props';
import { Badge, Card, Facts, Meter, Page, Problem, State, Table, Waiting } from '../../parts/basics';
import { ActionButton, Button } from '../../parts/forms';
import { LAG_HEAD, LagCells } from '../../parts/lag';

const REFRESH_MS = 2_000;
/** Reload interval during a rebuild, in milliseconds. */
const REBUILD_REFRESH_MS = 400;

type Rebuild = NonNullable<Projection['rebuild']>;

/** What the rebuild does at the moment, as the end of a sentence. */
const paceOf = ({ stage, perSecond = 0, secondsLeft }: Rebuild): string => {
  if (stage === 'indexes') return ', creating the indexes';
  const pace = perSecond > 0 ? `, ${counted(Math.round(perSecond), 'event')} a second` : '';
  return secondsLeft ? `${pace}, ${Math.ceil(secondsLeft)} s left` : pace;
};

const Progress = ({ of }: { of: Rebuild }) => {
  const { events, of: all } = of;
  if (events === undefined || all === undefined)
    return (
      <p class="muted" aria-live="polite">
        Rebuilding: it has just begun.
      </p>
    );
  return (
    <div aria-live="polite">
      <Meter
        share={all === 0 ? 0 : events / all}
        caption={`Rebuilding: ${events.toLocaleString('en')} of ${counted(all, 'event')}${paceOf(of)}`}
      />
    </div>
  );
};

const Sources = ({ of, name }: { of: Projection['sources']; name: string }) => (
  <Table caption={`Sources of ${name}`} head={LAG_HEAD}>
    {of.map((one) => (
      <tr key={`${one.source} ${one.partition}`}>
        <LagCells of={one} />
      </tr>
    ))}
  </Table>
);

type Comparison = Readonly<{ equal: boolean; documents: number; events: number }>;

/** Whether the view equals the fold of its events. */
const Compare = ({ api, name }: Pick<PageProps, 'api'> & { name: string }) => {
  const [result, setResult] = useState<string | undefined>();
  const action = useAction();
  const run = (): Promise<boolean> =>
    action.run({}, async () => {
      const { equal, documents, events } = await api.get<Comparison>(
        `/api/projections/${encodeURIComponent(name)}/audit`,
      );
      setResult(
        `${equal ? 'Equal' : 'Not equal'}: ${counted(documents, 'document')}, ${counted(events, 'event')}.`,
      );
    });
  return (
    <>
      <Button busy={action.busy} onClick={() => void run()}>
        {action.busy ? 'Comparing…' : 'Compare with a full replay'}
      </Button>
      <span role="status" class="small muted">
        {result}
      </span>
      <Problem of={action.problem} />
    </>
  );
};

const View = ({ api, of, onDone }: Pick<PageProps, 'api'> & { of: Projection; onDone: () => void }) => {
  const { name, state, store, definitionVersion, activeVersion, outdated, rebuild, deadLetters, sources } =
    of;
  return (
    <Card
      title={name}
      aside={
        <>
          {outdated && <Badge tone="warn">Outdated</Badge>}
          {deadLetters > 0 && (
            <a href={linkTo(['operator', 'dead-letters'], { consumer: name })}>
              <Badge tone="bad">{deadLettersInWords(deadLetters)}</Badge>
            </a>
          )}
          <State of={state} />
        </>
      }
    >
      <Facts
        of={[
          ['Store', store],
          ['Definition version', definitionVersion],
          ['Active version', activeVersion ?? '–'],
          ['Missing events', sources.reduce((sum, { events }) => sum + events, 0)],
        ]}
      />
      {rebuild && <Progress of={rebuild} />}
      <details>
        <summary>Lag by source</summary>
        <Sources of={sources} name={name} />
      </details>
      <div class="actions">
        {!rebuild && (
          <ActionButton
            label="Rebuild"
            submit={(key) =>
              api.change('POST', `/api/projections/${encodeURIComponent(name)}/rebuild`, key, {})
            }
            onDone={onDone}
          />
        )}
        <Compare api={api} name={name} />
      </div>
    </Card>
  );
};

export const Views = ({ api }: PageProps) => {
  const { data, problem, reload } = useLoad(
    () => api.get<ResponseOf<'listProjections'>>('/api/projections'),
    [],
    ({ projections }) => (projections.some(({ rebuild }) => rebuild) ? REBUILD_REFRESH_MS : REFRESH_MS),
  );
  return (
    <Page
      title="Views"
      lead="Views are built from events. A rebuild fills a new version beside the active one, which serves queries until the new one has caught up."
    >
      <Problem of={problem} retry={reload} />
      {data === undefined && problem === undefined && <Waiting />}
      <div class="grid two">
        {data?.projections.map((one) => (
          <View key={one.name} api={api} of={one} onDone={reload} />
        ))}
      </div>
    </Page>
  );
};
