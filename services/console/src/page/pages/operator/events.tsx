import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { LiveEvent } from '../../lib/api-types';
import { eventFilter } from '../../lib/event-filter';
import { followEvents, type LiveState } from '../../lib/events';
import { linkTo } from '../../lib/route';
import { timeOf } from '../../lib/time';
import { eventName } from '../../lib/in-words';
import type { PageProps } from '../../page-props';
import { Badge, Card, Empty, Page, State, Verbatim } from '../../parts/basics';
import { Button, Field } from '../../parts/forms';

/** Maximum events in memory; the oldest are dropped. */
const KEPT = 500;
/** Maximum events on the page. */
const SHOWN = 100;
/** Events are drawn in groups at this interval, in milliseconds. */
const DRAW_EVERY_MS = 250;

const useEvents = ({ api }: Pick<PageProps, 'api'>, paused: boolean) => {
  const [events, setEvents] = useState<readonly LiveEvent[]>([]);
  const [state, setState] = useState<LiveState>('connecting');
  const [seen, setSeen] = useState(0);
  const waiting = useRef<LiveEvent[]>([]);
  const stopped = useRef(paused);
  stopped.current = paused;
  useEffect(() => {
    const stop = followEvents(
      api,
      (news) => {
        waiting.current = [...waiting.current, ...news].slice(-KEPT);
        setSeen((before) => before + news.length);
      },
      setState,
    );
    const draw = setInterval(() => {
      if (stopped.current || waiting.current.length === 0) return;
      const news = waiting.current.toReversed();
      waiting.current = [];
      setEvents((before) => [...news, ...before].slice(0, KEPT));
    }, DRAW_EVERY_MS);
    return () => {
      clearInterval(draw);
      stop();
    };
  }, [api]);
  return { events, state, seen, clear: () => setEvents([]) };
};

const Event = ({ of }: { of: LiveEvent }) => {
  const { id, type, source, subject, time, streamrevision, data } = of;
  return (
    <li class="event appear">
      <details>
        <summary>
          <span class="small muted">{timeOf(time)}</span>
          <Badge>{source}</Badge>
          <strong>{eventName(type)}</strong>
          <span class="mono muted">{subject}</span>
        </summary>
        <Verbatim label={`Data of ${type}`}>{JSON.stringify(data, undefined, 2)}</Verbatim>
        <p class="small">
          <a href={linkTo(['operator', 'streams', source, subject], { revision: streamrevision })}>
            Stream at revision {streamrevision}
          </a>{' '}
          <span class="muted">
            <code>{type}</code> <code>{id}</code>
          </span>
        </p>
      </details>
    </li>
  );
};

export const Events = ({ api }: PageProps) => {
  const [paused, setPaused] = useState(false);
  const [typed, setTyped] = useState('');
  const { events, state, seen, clear } = useEvents({ api }, paused);
  const matches = useMemo(() => eventFilter(typed), [typed]);
  const shown = events.filter(matches).slice(0, SHOWN);
  return (
    <Page
      title="Live events"
      lead="Events as the services publish them. After a lost connection the stream resumes where it stopped."
      aside={
        <>
          <State of={state} />
          <span class="small muted">{seen} received</span>
          <Button aria-pressed={paused} onClick={() => setPaused(!paused)}>
            {paused ? 'Resume' : 'Pause'}
          </Button>
          <Button onClick={clear}>Clear</Button>
        </>
      }
    >
      <Card>
        <Field
          label="Filter"
          type="search"
          value={typed}
          onInput={({ currentTarget }) => setTyped(currentTarget.value)}
          hint="Words that an event must contain; a leading - excludes a word. Example: orders -placed"
          autoComplete="off"
        />
        {shown.length === 0 && (
          <Empty>
            {events.length === 0
              ? 'No events yet. Place an order in another tab, or run npm run demo.'
              : 'No event matches.'}
          </Empty>
        )}
        <ul class="events">
          {shown.map((event) => (
            <Event key={event.id} of={event} />
          ))}
        </ul>
      </Card>
    </Page>
  );
};
