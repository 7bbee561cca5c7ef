import type { ComponentChildren } from 'preact';
import type { Api } from '../../lib/api';
import { useLoad } from '../../lib/hooks';
import { effectsOf, type Mark } from '../../lib/journey/marks';
import type { CommitEntry } from '../../lib/journey/story';
import { linkTo } from '../../lib/route';
import { dateTimeOf, duration } from '../../lib/time';
import { inWords } from '../../lib/in-words';
import { Card, Facts, Verbatim } from '../basics';
import { WhenLoaded } from '../loaded';

type Fact = readonly [string, ComponentChildren];

const code = (text: string): ComponentChildren => <code class="break">{text}</code>;
const given = (name: string, value: string | undefined): readonly Fact[] =>
  value === undefined ? [] : [[name, code(value)]];

/** Where the service decides and the saga is defined, in the repository. */
const sourceOf = ({ about, lane }: Mark): string | undefined => {
  if (about?.kind === 'commit') return `services/${about.service}/src/domain`;
  if (about?.kind === 'saga') return `workflows/${about.saga}/src/workflow.ts`;
  return lane === 'worker' ? 'workflows' : undefined;
};

type Commit = Readonly<{ revision?: number; events: readonly Readonly<{ type: string; data: unknown }>[] }>;

/** The stored events of a commit, for staff. */
const Payload = ({ api, of: { service, stream, revision } }: { api: Api; of: CommitEntry }) => {
  const path = `/api/streams/${encodeURIComponent(service)}/${encodeURIComponent(stream)}`;
  const page = useLoad(
    () => api.get<Readonly<{ commits: readonly Commit[] }>>(`${path}${revision > 1 ? `?after=${revision - 1}` : ''}`),
    [path, revision],
  );
  return (
    <WhenLoaded of={page}>
      {({ commits: [commit] }) => (
        <Verbatim label="Payload">
          {JSON.stringify(
            (commit?.events ?? []).map(({ type, data }) => ({ type, data })),
            undefined,
            2,
          )}
        </Verbatim>
      )}
    </WhenLoaded>
  );
};

const commitFacts = ({ id, actor, commandId, trace, fedAt, at }: CommitEntry): readonly Fact[] => [
  ['Commit', code(id)],
  ...given('Actor', actor),
  ...given('Command and key', commandId),
  ...given('Trace', trace?.split('-')[1]),
  ['In the outbox', fedAt === undefined ? 'still there' : duration(Math.max(0, Date.parse(fedAt) - Date.parse(at)))],
];

const CommitLinks = ({ of: { service, stream, revision } }: { of: CommitEntry }) => (
  <a href={linkTo(['operator', 'streams', service, stream], { revision })}>Stream as of revision {revision}</a>
);

/** What is known of the chosen mark. */
export const Details = ({
  api,
  of,
  marks,
  operator,
}: {
  api: Api;
  of: Mark | undefined;
  marks: readonly Mark[];
  operator: boolean;
}) => {
  if (of === undefined)
    return (
      <Card title="Details">
        <p class="muted">Choose anything in the picture or the table to see what it caused.</p>
      </Card>
    );
  const { about, title, lane, from, to, detail } = of;
  const commit = about?.kind === 'commit' ? about : undefined;
  const source = sourceOf(of);
  return (
    <Card title={title}>
      <Facts
        of={[
          ['Where', inWords(lane)],
          ['After the click', duration(from)],
          ...(to > from ? [['Took', duration(to - from)] as const] : []),
          ['Details', detail],
          ...(about?.at === undefined ? [] : [['Own clock', dateTimeOf(about.at)] as const]),
          ...(commit ? commitFacts(commit) : []),
          ...(about?.kind === 'step' ? ([['Command', code(about.id)]] as const) : []),
          ['Caused', `${effectsOf(marks, of.id).size - 1} of what is shown`],
        ]}
      />
      {operator && commit && <Payload api={api} of={commit} />}
      {operator && (
        <p class="small links">
          {commit && <CommitLinks of={commit} />}
          {about?.kind === 'saga' && <a href={linkTo(['operator', 'sagas', about.sagaId])}>Saga and its decisions</a>}
          {source !== undefined && (
            <span>
              Code: <code>{source}</code>
            </span>
          )}
        </p>
      )}
    </Card>
  );
};
