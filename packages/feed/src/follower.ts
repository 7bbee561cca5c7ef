import { setTimeout } from 'node:timers/promises';
import type { FeedEvent } from './event';
import { PAGE_EVENTS, type FeedPage, type PageRequest } from './page';
import { pullLimit, sortedAfter } from './run';
import { PositionMoved, type Sink } from './sink';

/** Reads the owner's feed, for example by Dapr service invocation. */
export type Pull = (request: PageRequest) => Promise<FeedPage>;

/** How long the missing events of a gap may take to come by themselves: from another delivery, or by another replica. */
const GAP_PATIENCE_MS = 10;
/** Events that are applied at once. */
export const BATCH_EVENTS = 2_000;

export type FollowerOptions = Readonly<{
  source: string;
  partition: number;
  pull: Pull;
  sink: Sink;
  /** Told of every page: the feed may have more partitions than were known. */
  onPage: (page: FeedPage) => void;
  /** Events that were delivered and wait for their turn. */
  waiting: () => readonly FeedEvent[];
  gapPatienceMs?: number | undefined;
}>;

/** Moves the position of one partition forward, one call at a time. */
export const follower = (options: FollowerOptions) => {
  const { source, partition, pull, sink, onPage, waiting, gapPatienceMs = GAP_PATIENCE_MS } = options;
  /** The last position known to be durable. `certain` is false at first and after an error. */
  let position = 0;
  let certain = false;
  let head = 0;
  let lastApplied: string | undefined;

  const reread = async (): Promise<number> => {
    position = await sink.position(partition);
    certain = true;
    head = Math.max(head, position);
    return position;
  };

  const ask = async (after: number, limit: number, settled = false): Promise<FeedPage> => {
    const page = await pull({ partition, after, limit, settled });
    head = Math.max(head, page.head);
    onPage(page);
    if (page.head < after)
      throw new Error(
        `The feed of ${source}/${partition} ends at ${page.head}, but ${after} was applied: was it restored?`,
      );
    return page;
  };

  const apply = async (from: number, run: readonly FeedEvent[]): Promise<number> => {
    const events = run.slice(0, BATCH_EVENTS);
    const to = from + events.length;
    try {
      await sink.apply(partition, events, from, to);
    } catch (error) {
      if (error instanceof PositionMoved) return reread();
      throw error;
    }
    lastApplied = events.at(-1)?.time;
    head = Math.max(head, to);
    position = to;
    return to;
  };

  const applyPage = async (after: number, { events }: FeedPage): Promise<number> => {
    const { run } = sortedAfter(after, events);
    if (run.length === 0) throw new Error(`The feed of ${source}/${partition} has no position ${after + 1}.`);
    return apply(after, run);
  };

  /** Applies everything up to the target. What is not in `events` is waited for a little, and then pulled. */
  const reach = async (target: number, events: readonly FeedEvent[]): Promise<void> => {
    let known = certain ? position : await reread();
    let sorted = sortedAfter(known, events);
    let patient = gapPatienceMs > 0 && sorted.behind.length > 0;
    while (known < target) {
      if (sorted.run.length > 0) known = await apply(known, sorted.run);
      else if ((await reread()) > known) known = position;
      else if (patient) {
        patient = false;
        await setTimeout(gapPatienceMs);
        sorted = { run: [], behind: [...sorted.behind, ...waiting()] };
      } else {
        const limit = pullLimit(known, target, { behind: sorted.behind, longest: PAGE_EVENTS });
        known = await applyPage(known, await ask(known, limit));
      }
      sorted = sortedAfter(known, [...sorted.run, ...sorted.behind]);
    }
  };

  /** Applies everything that the feed has at the first question; settled: that its owner has committed by then. */
  const askAll = async (settled: boolean): Promise<void> => {
    let known = await reread();
    let target: number | undefined;
    while (target === undefined || known < target) {
      const page = await ask(known, PAGE_EVENTS, settled && target === undefined);
      target ??= page.head;
      if (known < page.head) known = await applyPage(known, page);
    }
  };

  return {
    reach,
    askAll,
    /** After an error: the last effect may be durable or not. */
    doubt: (): void => {
      certain = false;
    },
    progress: () => ({ position, head, lastApplied }),
  };
};
