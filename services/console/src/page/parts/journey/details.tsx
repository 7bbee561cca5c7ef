import type { ComponentChildren } from 'preact';
import type { Api } from '../../lib/api';
import { useLoad } from '../../lib/hooks';
import { effectsOf, type Mark } from '../../lib/journey/marks';
import type { CommitEntry } from '../../lib/journey/story';
import { linkTo } from '../../lib/route';
import { duration, exactTimeOf } from '../../lib/time';
import { inWords } from '../../lib/in-words';
import { Card, Facts } from '../basics';
import { Data } from '../data';
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

/** The stored events of a commit. */
const Payload = ({ api, of: { service, stream, revision } }: { api: Api; of: CommitEntry }) => {
  const path = `/api/streams/${encodeURIComponent(service)}/${encodeURIComponent(stream)}`;
  const page = useLoad(
    () =>
      api.get<Readonly<{ commits: readonly Commit[] }>>(
        `${path}${revision > 1 ? `?after=${revision - 1}` : ''}`,
      ),
    [path, revision],
  );
  return (
    <WhenLoaded of={page}>
      {({ commits: [commit] }) => (
        <Data
          label="Payload"
          of={(commit?.events ?? []).map(({ type, data }) => ({ type, data }))}
          role="operator"
        />
      )}
    </WhenLoaded>
  );
};

const commitFacts = ({ id, actor, commandId, trace, fedAt, at }: CommitEntry): readonly Fact[] => [
  ['Commit', code(id)],
  ...given('Actor', actor),
  ...given('Command and key', commandId),
  ...given('Trace', trace?.split('-')[1]),
  [
    'In the outbox',
    fedAt === undefined ? 'still there' : duration(Math.max(0, Date.parse(fedAt) - Date.parse(at))),
  ],
];

const markFacts = (of: Mark, marks: readonly Mark[]): readonly Fact[] => {
  const { about, lane, from, to, detail, id } = of;
  return [
    ['Where', inWords(lane)],
    ['After the click', duration(from)],
    ...(to > from ? [['Took', duration(to - from)] as const] : []),
    ['Details', detail],
    ...(about?.at === undefined ? [] : [['Own clock', exactTimeOf(about.at)] as const]),
    ...(about?.kind === 'commit' ? commitFacts(about) : []),
    ...(about?.kind === 'step' ? ([['Command', code(about.id)]] as const) : []),
    ['Caused', `${effectsOf(marks, id).size - 1} of what is shown`],
  ];
};

/** Where to read on. */
const Links = ({ of }: { of: Mark }) => {
  const { about } = of;
  const source = sourceOf(of);
  return (
    <p class="small links">
      {about?.kind === 'commit' && (
        <a href={linkTo(['operator', 'streams', about.service, about.stream], { revision: about.revision })}>
          Stream as of revision {about.revision}
        </a>
      )}
      {about?.kind === 'saga' && (
        <a href={linkTo(['operator', 'sagas', about.sagaId])}>Saga and its decisions</a>
      )}
      {source !== undefined && (
        <span>
          Code: <code>{source}</code>
        </span>
      )}
    </p>
  );
};

/** What is known of the chosen mark. Operators also see the payload of a commit. */
export const Details = ({
  api,
  of,
  marks,
  isOperator,
}: {
  api: Api;
  of: Mark | undefined;
  marks: readonly Mark[];
  isOperator: boolean;
}) => {
  if (of === undefined)
    return (
      <Card title="Details">
        <p class="muted">Choose anything in the picture or the table to see what it caused.</p>
      </Card>
    );
  return (
    <Card title={of.title}>
      <Facts of={markFacts(of, marks)} />
      {isOperator && of.about?.kind === 'commit' && <Payload api={api} of={of.about} />}
      {isOperator && <Links of={of} />}
    </Card>
  );
};
