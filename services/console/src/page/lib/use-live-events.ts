import { withQuery } from './route';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Api } from './api';
import type { LiveEvent } from './api-types';
import { noEvents, withLive, withNewest, withOlder, type EventList, type EventPage } from './event-list';
import { followEvents, type LiveState } from './events';
import { useAction } from './hooks';
import { asProblem, type ApiProblem } from './problem';

/** Events that one request for older ones adds. */
export const PAGE_EVENTS = 100;
/** Events are drawn in groups at this interval, in milliseconds. */
const DRAW_EVERY_MS = 250;

/** Kept while the user is on other pages. */
let kept: EventList = noEvents;

/** A page of the feeds of all owners. @throws ApiProblem */
export const readEvents = (api: Api, query: Readonly<Record<string, string>>): Promise<EventPage> =>
  api.get<EventPage>(withQuery('/api/events/history', { limit: PAGE_EVENTS, ...query }));

/** The newest events of the feeds, those that are published meanwhile, and older ones on request. */
export const useLiveEvents = (api: Api, paused: boolean) => {
  const [list, setList] = useState(kept);
  const [state, setState] = useState<LiveState>('connecting');
  const [isLoaded, setLoaded] = useState(false);
  const [problem, setProblem] = useState<ApiProblem | undefined>();
  const older = useAction();
  const waiting = useRef<LiveEvent[]>([]);
  const stopped = useRef(paused);
  stopped.current = paused;
  const change = (how: (list: EventList) => EventList): void => {
    kept = how(kept);
    setList(kept);
  };
  const load = (): void => {
    setProblem(undefined);
    void readEvents(api, {})
      .then((page) => change((before) => withNewest(before, page)))
      .catch((error: unknown) => setProblem(asProblem(error)))
      .finally(() => setLoaded(true));
  };
  useEffect(() => {
    const stop = followEvents(api, (news) => waiting.current.push(...news), setState);
    const draw = setInterval(() => {
      if (stopped.current || waiting.current.length === 0) return;
      const news = waiting.current;
      waiting.current = [];
      change((before) => withLive(before, news));
    }, DRAW_EVERY_MS);
    return () => {
      clearInterval(draw);
      stop();
    };
  }, [api]);
  // After a lost connection the feeds have what was missed.
  useEffect(() => {
    if (state === 'live') load();
  }, [state]);
  const { next } = list;
  const loadOlder = (): Promise<boolean> =>
    older.run({ next }, async () => {
      const page = await readEvents(api, { cursor: next ?? '' });
      change((before) => withOlder(before, page));
    });
  return { list, state, isLoaded, problem: problem ?? older.problem, load, loadOlder, busy: older.busy };
};
