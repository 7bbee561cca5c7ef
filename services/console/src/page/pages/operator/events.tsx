import { owners } from '@bankside/contracts/owners';
import { useEffect, useMemo, useState } from 'preact/hooks';
import type { LiveEvent } from '../../lib/api-types';
import { eventFilter } from '../../lib/event-filter';
import { noEvents, withOlder, type EventList } from '../../lib/event-list';
import { useAction } from '../../lib/hooks';
import { counted, eventName } from '../../lib/in-words';
import { streamLink } from '../../lib/links';
import { linkTo } from '../../lib/route';
import { dayOf, exactTimeOf } from '../../lib/time';
import { PAGE_EVENTS, readEvents, useLiveEvents } from '../../lib/use-live-events';
import type { PageProps } from '../../page-props';
import { Badge, Card, Empty, Page, Problem, State, Waiting } from '../../parts/basics';
import { Data } from '../../parts/data';
import { Button, Choice, Field } from '../../parts/forms';
import { useFilters } from '../../parts/loaded';

/** Maximum events on the page before the user asks for more. */
const SHOWN = 100;

const Event = ({ of }: { of: LiveEvent }) => {
  const { id, type, source, subject, time, streamrevision, data, correlationid } = of;
  return (
    <li class="event">
      <details>
        <summary>
          <time class="mono small muted" dateTime={time} title={dayOf(time)}>
            {exactTimeOf(time)}
          </time>
          <Badge>{source}</Badge>
          <strong>{eventName(type)}</strong>
          <span class="mono small muted">{subject}</span>
        </summary>
        <Data label={`Data of ${type}`} of={data} role="operator" />
        <p class="small">
          <a href={streamLink(source, subject, streamrevision)}>
            {subject} at revision {streamrevision}
          </a>{' '}
          {correlationid !== undefined && (
            <a href={linkTo(['operator', 'stories', correlationid])}>Its journey</a>
          )}{' '}
          <span class="muted">
            {dayOf(time)} <code>{type}</code> <code>{id}</code>
          </span>
        </p>
      </details>
    </li>
  );
};

const EventRows = ({ of }: { of: readonly LiveEvent[] }) => (
  <ul class="events">
    {of.map((event) => (
      <Event key={event.id} of={event} />
    ))}
  </ul>
);

/** Events, and what keeps others from being shown. */
const List = ({
  of,
  missing,
  isLoading,
  none,
}: {
  of: readonly LiveEvent[];
  missing: readonly string[];
  isLoading: boolean;
  /** Shown when there is none. */
  none: string;
}) => (
  <>
    {missing.length > 0 && (
      <p class="problem" role="alert">
        Events of {missing.join(', ')} are missing, because no response was received.
      </p>
    )}
    {isLoading && <Waiting />}
    {!isLoading && of.length === 0 && <Empty>{none}</Empty>}
    <EventRows of={of} />
  </>
);

const OlderButton = ({ busy, onClick }: { busy: boolean; onClick: () => void }) => (
  <div class="actions">
    <Button busy={busy} onClick={onClick}>
      Older events
    </Button>
  </div>
);

type Matches = (event: LiveEvent) => boolean;

const Live = ({ api, matches, paused }: Pick<PageProps, 'api'> & { matches: Matches; paused: boolean }) => {
  const { list, state, isLoaded, problem, load, loadOlder, busy } = useLiveEvents(api, paused);
  const [most, setMost] = useState(SHOWN);
  const matching = list.events.filter(matches);
  return (
    <Card
      title="As they happen"
      aside={
        <>
          <State of={state} />
          <span class="small muted">{counted(list.events.length, 'event')} here</span>
        </>
      }
    >
      <Problem of={problem} retry={load} />
      <List
        of={matching.slice(0, most)}
        missing={list.missing}
        isLoading={!isLoaded && list.events.length === 0}
        none={
          list.events.length > 0
            ? 'No event here matches.'
            : 'No events yet. Place an order in another tab, or run npm run demo.'
        }
      />
      {(matching.length > most || list.next !== undefined) && (
        <OlderButton
          busy={busy}
          onClick={() => {
            setMost(most + PAGE_EVENTS);
            if (matching.length < most + PAGE_EVENTS && list.next !== undefined) void loadOlder();
          }}
        />
      )}
    </Card>
  );
};

/** The events until a time, without live ones. */
const Past = ({ api, until, matches }: Pick<PageProps, 'api'> & { until: string; matches: Matches }) => {
  const [list, setList] = useState<EventList | undefined>();
  const action = useAction();
  const load = (cursor = ''): Promise<boolean> =>
    action.run({ until, cursor }, async () => {
      const page = await readEvents(api, cursor === '' ? { until } : { cursor });
      setList((before) => withOlder(cursor === '' ? noEvents : (before ?? noEvents), page));
    });
  useEffect(() => void load(), [until]);
  return (
    <Card title={`Until ${dayOf(until)}, ${exactTimeOf(until)}`}>
      <Problem of={action.problem} retry={() => void load(list?.next)} />
      <List
        of={list?.events.filter(matches) ?? []}
        missing={list?.missing ?? []}
        isLoading={list === undefined && action.problem === undefined}
        none="No event until then matches."
      />
      {list?.next !== undefined && <OlderButton busy={action.busy} onClick={() => void load(list.next)} />}
    </Card>
  );
};

/** A local time as a field has it, in ISO 8601; undefined for anything else. */
const isoOf = (typed: string): string | undefined => {
  const time = Date.parse(typed);
  return Number.isNaN(time) ? undefined : new Date(time).toISOString();
};

export const Events = ({ api, query }: PageProps) => {
  const [paused, setPaused] = useState(false);
  const { filters, show } = useFilters(query, ['find', 'source', 'until']);
  const { find, source } = filters;
  const until = isoOf(filters.until);
  const matches = useMemo(() => {
    const hasWords = eventFilter(find);
    return (event: LiveEvent) => hasWords(event) && (source === '' || event.source === source);
  }, [find, source]);
  return (
    <Page
      title="Events"
      lead="What the services have published, by time. Older events are read from the services that published them, which never delete events."
      aside={
        <Button aria-pressed={paused} onClick={() => setPaused(!paused)}>
          {paused ? 'Resume' : 'Pause'}
        </Button>
      }
    >
      <Card>
        <div class="form inline">
          <Field
            label="Words"
            type="search"
            defaultValue={find}
            onInput={({ currentTarget }) => show({ find: currentTarget.value }, 'typing')}
            placeholder="order -placed"
            title="Words that an event must contain; a leading - excludes a word"
            autoComplete="off"
          />
          <Choice
            label="Service"
            value={source}
            onChange={({ currentTarget }) => show({ source: currentTarget.value })}
            options={[['', 'all'], ...owners.map((one) => [one, one] as const)]}
          />
          <Field
            label="Until"
            type="datetime-local"
            step="1"
            defaultValue={filters.until}
            onChange={({ currentTarget }) => show({ until: currentTarget.value })}
          />
        </div>
      </Card>
      {until === undefined ? (
        <Live api={api} matches={matches} paused={paused} />
      ) : (
        <Past api={api} until={until} matches={matches} />
      )}
    </Page>
  );
};
