import type { Api } from '../../lib/api';
import { useLoad } from '../../lib/hooks';
import { linkTo } from '../../lib/route';
import { dateTimeOf, exactTimeOf } from '../../lib/time';
import { goTo, replaceWith } from '../../lib/use-route';
import type { PageProps } from '../../page-props';
import { Card, Page } from '../../parts/basics';
import { Data } from '../../parts/data';
import { Button } from '../../parts/forms';
import { LoadedCard, WhenLoaded } from '../../parts/loaded';

export type Commit = Readonly<{
  stream: string;
  revision: number;
  at: string;
  commandId: string;
  actor?: string;
  trace?: string;
  correlationId?: string;
  causationId?: string;
  events: readonly Readonly<{ type: string; version?: number; data: Readonly<Record<string, unknown>> }>[];
}>;
type Stream = Readonly<{ revision: number; state: unknown; commits: readonly Commit[]; next?: number }>;

/** Maximum commits that the page loads. */
const MAX_COMMITS = 1_000;

export const streamPath = (service: string, stream: string): string =>
  `/api/streams/${encodeURIComponent(service)}/${encodeURIComponent(stream)}`;

/** The commits of a stream, oldest first. */
export const allCommits = async (api: Pick<Api, 'get'>, path: string): Promise<readonly Commit[]> => {
  let page = await api.get<Stream>(path);
  let { commits } = page;
  while (page.next !== undefined && commits.length < MAX_COMMITS) {
    page = await api.get<Stream>(`${path}?after=${page.next}`);
    commits = [...commits, ...page.commits];
  }
  return commits;
};

/** The id of a trace, from a `traceparent`. */
const traceIdOf = (trace: string): string => trace.split('-')[1] ?? trace;

/** Who made a commit, by which command, and what it follows from. */
const Origin = ({ of }: { of: Commit }) => {
  const { at, commandId, trace, correlationId, causationId } = of;
  const facts: readonly (readonly [string, string])[] = [
    ['At', `${dateTimeOf(at)} (${exactTimeOf(at)})`],
    ['By', of.actor ?? 'the system'],
    ['Command', commandId],
    ...(correlationId === undefined ? [] : [['Correlation', correlationId] as const]),
    ...(causationId === undefined ? [] : [['Caused by', causationId] as const]),
    ...(trace === undefined ? [] : [['Trace', traceIdOf(trace)] as const]),
  ];
  return (
    <dl class="origin small">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd class={name === 'At' ? '' : 'mono'}>
            {name === 'Correlation' ? <a href={linkTo(['operator', 'stories', value])}>{value}</a> : value}
          </dd>
        </div>
      ))}
    </dl>
  );
};

const History = ({ of, at, go }: { of: readonly Commit[]; at: number; go: (revision: number) => void }) => (
  <Card title="History">
    <ol class="history">
      {of.map(({ events, at: time, revision }) => (
        <li key={revision} class={revision > at ? 'later' : revision === at ? 'now' : ''}>
          <button type="button" class="link" onClick={() => go(revision)} aria-current={revision === at}>
            {revision}
          </button>
          <div>
            <strong>{events.map(({ type }) => type).join(', ')}</strong>{' '}
            <span class="small muted">{dateTimeOf(time)}</span>
          </div>
        </li>
      ))}
    </ol>
  </Card>
);

const Slider = ({ at, last, go }: { at: number; last: number; go: (revision: number) => void }) => (
  <Card title={`Revision ${at} of ${last}`}>
    <label>
      <span class="unseen">Revision</span>
      <input
        type="range"
        min={1}
        max={last}
        value={at}
        onInput={({ currentTarget }) => go(currentTarget.valueAsNumber)}
      />
    </label>
    <div class="actions">
      <Button disabled={at <= 1} onClick={() => go(at - 1)}>
        ← Previous
      </Button>
      <Button disabled={at >= last} onClick={() => go(at + 1)}>
        Next →
      </Button>
      <Button disabled={at >= last} onClick={() => go(last)}>
        Latest
      </Button>
    </div>
  </Card>
);

/** What a commit added. */
const Change = ({ of }: { of: Commit }) => (
  <Card title={`Commit ${of.revision}`}>
    {of.events.map(({ type, data }, index) => (
      <div key={index} class="stack">
        <h3>{type}</h3>
        <Data label={`Data of ${type}`} of={data} role="operator" />
      </div>
    ))}
    <Origin of={of} />
  </Card>
);

/** The state at a revision. */
const Past = ({ api, path, revision }: Pick<PageProps, 'api'> & { path: string; revision: number }) => {
  const past = useLoad(() => api.get<Stream>(`${path}?revision=${revision}`), [path, revision]);
  return (
    <LoadedCard title={`State at revision ${revision}`} of={past}>
      {({ state }) => <Data label="State" of={state} role="operator" />}
    </LoadedCard>
  );
};

/** The requested revision if it exists, else the last one. */
const revisionOf = (asked: string | undefined, last: number): number => {
  const revision = Number(asked);
  return Number.isInteger(revision) && revision >= 1 && revision <= last ? revision : last;
};

export const TimeTravel = ({ api, params: { service = '', stream = '' }, query }: PageProps) => {
  const path = streamPath(service, stream);
  const history = useLoad(() => allCommits(api, path), [path]);
  const go = (to: number): void =>
    (query.has('revision') ? replaceWith : goTo)(
      linkTo(['operator', 'streams', service, stream], { revision: to }),
    );
  return (
    <Page
      title="Time travel"
      lead={
        <>
          <code>{stream}</code> of <a href={linkTo(['operator', 'streams'], { service })}>{service}</a>
        </>
      }
    >
      <WhenLoaded of={history}>
        {(commits) => {
          const revision = revisionOf(query.get('revision'), commits.length);
          const commit = commits[revision - 1];
          return (
            <>
              <Slider at={revision} last={commits.length} go={go} />
              <div class="grid two">
                <div class="stack">
                  {commit && <Change of={commit} />}
                  <Past api={api} path={path} revision={revision} />
                </div>
                <History of={commits} at={revision} go={go} />
              </div>
            </>
          );
        }}
      </WhenLoaded>
    </Page>
  );
};
