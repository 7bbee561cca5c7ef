import { typedIn } from '../../lib/text';
import { useState } from 'preact/hooks';
import { useLoad } from '../../lib/hooks';
import { linkTo } from '../../lib/route';
import { dateTimeOf } from '../../lib/time';
import { goTo } from '../../lib/use-route';
import { inWords } from '../../lib/in-words';
import type { PageProps } from '../../page-props';
import { Card, Page, Verbatim } from '../../parts/basics';
import { Button, Choice, Field } from '../../parts/forms';
import { WhenLoaded } from '../../parts/loaded';

/** The prefix of stream names by service, and a hint for the id. */
const KINDS = {
  accounts: ['account', 'account number'],
  cards: ['card', 'card number'],
  customers: ['customer', 'customer id'],
  loans: ['loan', 'loan number'],
  orders: ['order', 'order id'],
  payments: ['payment', 'order id'],
  inventory: ['product', 'stock keeping unit'],
} as const;
type Service = keyof typeof KINDS;

type Commit = Readonly<{
  revision?: number;
  at?: string;
  time?: string;
  actor?: unknown;
  events: readonly Readonly<{ type: string; data: unknown }>[];
}>;
type Stream = Readonly<{ revision: number; state: unknown; commits: readonly Commit[]; next?: number }>;

/** Maximum commits that the page loads. */
const MAX_COMMITS = 1_000;

const allCommits = async (api: PageProps['api'], at: string): Promise<Stream> => {
  let page = await api.get<Stream>(at);
  let commits = page.commits;
  while (page.next !== undefined && commits.length < MAX_COMMITS) {
    page = await api.get<Stream>(`${at}?after=${page.next}`);
    commits = [...commits, ...page.commits];
  }
  return { ...page, commits };
};

export const ChooseStream = ({
  service = 'accounts',
  stream = '',
}: {
  service?: string;
  stream?: string;
}) => {
  const [chosen, setChosen] = useState<Service>(service in KINDS ? (service as Service) : 'accounts');
  const [prefix, idLabel] = KINDS[chosen];
  return (
    <Card>
      <form
        class="form inline"
        onSubmit={(event) => {
          event.preventDefault();
          const id = typedIn(event.currentTarget, 'id');
          goTo(linkTo(['operator', 'streams', chosen, id.startsWith(`${prefix}-`) ? id : `${prefix}-${id}`]));
        }}
      >
        <Choice
          label="Service"
          value={chosen}
          onChange={({ currentTarget }) => setChosen(currentTarget.value as Service)}
          options={Object.keys(KINDS).map((one) => [one, one])}
        />
        <Field
          label={inWords(idLabel)}
          name="id"
          required
          autoComplete="off"
          defaultValue={stream.replace(`${prefix}-`, '')}
        />
        <Button type="submit" kind="main">
          Show
        </Button>
      </form>
    </Card>
  );
};

const History = ({ of, at, go }: { of: readonly Commit[]; at: number; go: (revision: number) => void }) => (
  <Card title="History">
    <ol class="history">
      {of.map(({ events, at: time }, index) => (
        <li key={index} class={index + 1 > at ? 'later' : index + 1 === at ? 'now' : ''}>
          <button type="button" class="link" onClick={() => go(index + 1)} aria-current={index + 1 === at}>
            {index + 1}
          </button>
          <div>
            {events.map(({ type, data }) => (
              <details key={type}>
                <summary>
                  <strong>{type}</strong>{' '}
                  <span class="small muted">{time !== undefined && dateTimeOf(time)}</span>
                </summary>
                <Verbatim label={`Data of ${type}`}>{JSON.stringify(data, undefined, 2)}</Verbatim>
              </details>
            ))}
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

/** The state at a revision. */
const Past = ({ api, path, revision }: Pick<PageProps, 'api'> & { path: string; revision: number }) => {
  const past = useLoad(() => api.get<Stream>(`${path}?revision=${revision}`), [path, revision]);
  return (
    <Card title={`State at revision ${revision}`}>
      <WhenLoaded of={past}>
        {({ state }) => <Verbatim label="State">{JSON.stringify(state, undefined, 2)}</Verbatim>}
      </WhenLoaded>
    </Card>
  );
};

/** The requested revision if it exists, else the last one. */
const revisionOf = (asked: string | undefined, last: number): number => {
  const revision = Number(asked);
  return Number.isInteger(revision) && revision >= 1 && revision <= last ? revision : last;
};

export const TimeTravel = ({ api, params: { service = '', stream = '' }, query }: PageProps) => {
  const path = `/api/streams/${encodeURIComponent(service)}/${encodeURIComponent(stream)}`;
  const history = useLoad(() => allCommits(api, path), [path]);
  const go = (to: number): void => goTo(linkTo(['operator', 'streams', service, stream], { revision: to }));
  return (
    <Page title="Time travel" lead={<code>{stream}</code>}>
      <ChooseStream service={service} stream={stream} />
      <WhenLoaded of={history}>
        {({ commits }) => {
          const revision = revisionOf(query.get('revision'), commits.length);
          return (
            <>
              <Slider at={revision} last={commits.length} go={go} />
              <div class="grid two">
                <History of={commits} at={revision} go={go} />
                <Past api={api} path={path} revision={revision} />
              </div>
            </>
          );
        }}
      </WhenLoaded>
    </Page>
  );
};

export const Streams = () => (
  <Page
    title="Time travel"
    lead="The state of an aggregate is the fold of its commits: choose one to see its state at any revision."
  >
    <ChooseStream />
  </Page>
);
