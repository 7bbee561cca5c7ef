import { useMemo, useState } from 'preact/hooks';
import { useLoad } from '../lib/hooks';
import { marksOf, type Mark } from '../lib/journey/marks';
import type { Story } from '../lib/journey/story';
import { readToken } from '../lib/session';
import { duration } from '../lib/time';
import type { PageProps } from '../page-props';
import { Badge, Card, Empty, Page } from '../parts/basics';
import { Details } from '../parts/journey/details';
import { Drawing } from '../parts/journey/drawing';
import { JourneyTable } from '../parts/journey/table';
import { WhenLoaded } from '../parts/loaded';

const LIVELY_MS = 700;
const CALM_MS = 15_000;
/** After the last of what happened, more may follow this long. */
const SETTLED_MS = 6_000;

const lastOf = (marks: readonly Mark[]): number => Math.max(0, ...marks.map(({ to }) => to));

const isLively = (story: Story): boolean => {
  const [first] = story.entries;
  const running = story.entries.some((entry) => entry.kind === 'saga' && entry.endedAt === undefined);
  const startedAt = Date.parse(story.requests[0]?.at ?? first?.at ?? '');
  return running || Date.now() - startedAt - lastOf(marksOf(story)) < SETTLED_MS;
};

const LEGEND = [
  ['commit', 'commit'],
  ['outbox', 'in the outbox, then in the feed'],
  ['delivery', 'applied by a view'],
  ['late', 'lost by the broker and pulled, or undone'],
  ['bad', 'rejected'],
] as const;

const Legend = () => (
  <ul class="j-legend small muted">
    {LEGEND.map(([name, text]) => (
      <li key={name} class={name}>
        {text}
      </li>
    ))}
  </ul>
);

const Journey = ({ api, session, story }: Pick<PageProps, 'api' | 'session'> & { story: Story }) => {
  const marks = useMemo(() => marksOf(story), [story]);
  const [chosen, choose] = useState<string | undefined>();
  const isOperator = readToken(session.token).roles.includes('operator');
  if (marks.length === 0) return <Empty>This request changed nothing.</Empty>;
  const choice = { chosen, choose };
  return (
    <>
      <div class="journey-grid">
        <Card>
          <Drawing marks={marks} {...choice} />
          <Legend />
        </Card>
        <Details api={api} of={marks.find(({ id }) => id === chosen)} marks={marks} isOperator={isOperator} />
      </div>
      <Card title="The same as a table">
        <JourneyTable marks={marks} {...choice} />
      </Card>
    </>
  );
};

const Facts = ({ of }: { of: Story }) => {
  const marks = marksOf(of);
  const commits = of.entries.filter(({ kind }) => kind === 'commit').length;
  return (
    <>
      <Badge tone="info">
        {commits} {commits === 1 ? 'commit' : 'commits'}
      </Badge>
      <Badge tone="info">{duration(lastOf(marks))}</Badge>
      {of.notKept.length > 0 && <Badge>{`No longer kept: ${of.notKept.join(', ')}`}</Badge>}
      {!of.complete && <Badge tone="warn">{`Without ${of.missing.join(', ') || 'later events'}`}</Badge>}
    </>
  );
};

/** All that one request caused, from the click to the views. */
export const StoryPage = ({ api, session, params: { id = '' } }: PageProps) => {
  const story = useLoad(
    () => api.get<Story>(`/api/stories/${encodeURIComponent(id)}`),
    [id],
    (one) => (isLively(one) ? LIVELY_MS : CALM_MS),
  );
  return (
    <Page
      title="Journey"
      lead="All that one request caused, from the click through outbox, broker and saga to the views."
      aside={story.data && <Facts of={story.data} />}
    >
      <WhenLoaded of={story}>{(data) => <Journey api={api} session={session} story={data} />}</WhenLoaded>
    </Page>
  );
};
