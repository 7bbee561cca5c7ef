import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { LiveEvent } from '../../lib/answers';
import { eventFilter } from '../../lib/event-filter';
import { followEvents, type LiveState } from '../../lib/events';
import { linkTo } from '../../lib/route';
import { timeOf } from '../../lib/time';
import { factOf } from '../../lib/words';
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
          <strong>{factOf(type)}</strong>
          <span class="mono muted">{subject}</span>
        </summary>
        <Verbatim label={`What ${type} tells`}>{JSON.stringify(data, undefined, 2)}</Verbatim>
        <p class="small">
          <a href={linkTo(['operator', 'streams', source, subject], { revision: streamrevision })}>
            Its stream as of revision {streamrevision}
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
      lead="What services publish, as it happens. A break is made good: nothing is missed."
      aside={
        <>
          <State of={state} />
          <span class="small muted">{seen} since you came</span>
          <Button aria-pressed={paused} onClick={() => setPaused(!paused)}>
            {paused ? 'Go on' : 'Pause'}
          </Button>
          <Button onClick={clear}>Clear</Button>
        </>
      }
    >
      <Card>
        <Field
          label="Show only"
          type="search"
          value={typed}
          onInput={({ currentTarget }) => setTyped(currentTarget.value)}
          hint="Words that an event must have; with - before it, must not have. For example: orders -placed"
          autoComplete="off"
        />
        {shown.length === 0 && (
          <Empty>
            {events.length === 0
              ? 'Nothing has happened since. Place an order in another tab, or run npm run demo.'
              : 'None of them fits.'}
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
