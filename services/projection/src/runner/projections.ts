import { setTimeout as wait } from 'node:timers/promises';
import type { EventEnvelope } from '@bankside/contracts';
import type { Keeper, Notice } from '../control/keeper';
import { nameOf, type Generation, type ViewStore } from '../store/port';
import type { View } from '../view';
import { current } from './current';
import type { Directory } from './directory';
import type { Feeds } from './feeds';
import { leaseName } from './switch-over';
import type { Supervisor } from './supervisor';
import { Behind, type Waiting } from './waiting';

/** How long a delivery may take. After that it is not acknowledged; the feeds have it anyway. */
const DELIVERY_MS = 5_000;
/** Before a view is asked again whether it has everything, when that could not be told. */
const RETRY_MS = 50;

export type ProjectionsOptions = Readonly<{
  views: readonly View[];
  directory: Directory;
  supervisor: Supervisor;
  keeper: Keeper;
  feeds: Feeds;
  storeOf: (view: View) => ViewStore;
  waiting: Waiting;
}>;

type Delivery = Readonly<{ source: string; partition: number; events: readonly EventEnvelope[] }>;
const byPartition = (events: readonly EventEnvelope[]): ReadonlyMap<number, readonly EventEnvelope[]> => {
  const groups = new Map<number, EventEnvelope[]>();
  for (const event of events) {
    const group = groups.get(event.feedpartition);
    if (group) group.push(event);
    else groups.set(event.feedpartition, [event]);
  }
  return groups;
};

/** Does it again when it fails: an owner, or this replica, may have just begun. @throws when the time is over */
const insist = async (withinMs: number, work: (leftMs: number) => Promise<void>): Promise<void> => {
  const deadline = performance.now() + withinMs;
  for (;;) {
    try {
      return await work(deadline - performance.now());
    } catch (error) {
      if (performance.now() + RETRY_MS > deadline) throw error;
      await wait(RETRY_MS);
    }
  }
};

/** The views as a whole: events in, answers out, whichever replica writes them. */
export const projections = (options: ProjectionsOptions) => {
  const { views, directory, supervisor, keeper, feeds, storeOf, waiting } = options;

  /** The generation that is read, if this version of the code may write it. */
  const writable = (view: View): Generation | undefined => {
    const { active } = directory.of(view);
    return active?.version === view.version ? { view, number: active.number } : undefined;
  };

  const { withCurrent, writersOf } = current(options);

  const ring = (generation: Generation, source: string, partition: number, upTo: number): Promise<void> =>
    keeper.notify({
      about: 'events',
      lease: leaseName(generation, partition),
      source,
      partition,
      upTo,
    });

  const deliverTo = async (
    generation: Generation,
    { source, partition, events }: Delivery,
    deadline: number,
  ): Promise<void> => {
    const upTo = events.reduce((highest, event) => Math.max(highest, event.feedposition), 0);
    const writer = supervisor.runner(generation, partition);
    if (writer) return writer.deliver(source, events, upTo);
    await ring(generation, source, partition, upTo);
    await waiting.until(generation, `${source}/${partition}`, upTo, deadline);
  };

  /** Until everything is there that the sources have committed by now, although another replica writes it. */
  const remotely = async (
    generation: Generation,
    sources: readonly string[],
    deadline: number,
  ): Promise<void> => {
    const standing = await storeOf(generation.view).positions(generation);
    const places = feeds.allPlaces(generation.view).filter(({ source }) => sources.includes(source));
    await Promise.all(
      places.map(async ({ source, partition, place, pull }) => {
        const after = standing.get(place)?.position ?? 0;
        const { head } = await pull({ partition, after, limit: 1, flushed: true });
        if (head <= after) return;
        await ring(generation, source, partition, head);
        await waiting.until(generation, place, head, deadline);
      }),
    );
  };

  const readable = (view: View): Generation => {
    const generation = directory.active(view);
    if (generation === undefined) throw new Behind(`${view.name} is not there yet`);
    return generation;
  };

  return {
    /** What the route of the broker calls. Resolves when every view has the events. */
    deliver:
      (source: string) =>
      async (events: readonly EventEnvelope[]): Promise<void> => {
        const of = views.filter((view) => (view.sources as readonly string[]).includes(source));
        const parts = [...byPartition(events)];
        const results = await Promise.allSettled(
          of.flatMap((view) =>
            parts.map(([partition, group]) =>
              withCurrent(
                () => writable(view),
                DELIVERY_MS,
                (generation, deadline) =>
                  deliverTo(generation, { source, partition, events: group }, deadline),
              ),
            ),
          ),
        );
        const failed = results.find((result) => result.status === 'rejected');
        if (failed) throw failed.reason;
      },
    /** Resolves when the view has everything that these sources have committed by now. @throws when it takes longer */
    caughtUp: (view: View, sources: readonly string[], withinMs: number): Promise<void> =>
      insist(withinMs, (leftMs) =>
        withCurrent(
          () => readable(view),
          leftMs,
          async (generation, deadline) => {
            const writers = writersOf(generation);
            if (writers.every((one) => one?.follows()))
              await Promise.all(writers.map(async (one) => one?.catchUp(sources)));
            else await remotely(generation, sources, deadline);
          },
        ),
      ),
    /** What another replica wants of this one. */
    notice: (notice: Notice): void => {
      if (notice.about === 'generations') return supervisor.look();
      if (notice.about === 'replay') {
        const asked = supervisor.runners().filter((one) => nameOf(one.generation) === notice.generation);
        for (const one of asked) one.replay().catch(() => undefined); // It looks by itself as well.
        return;
      }
      const writer = supervisor.byLease(notice.lease);
      writer?.deliver(notice.source, [], notice.upTo).catch(() => undefined);
    },
  };
};

export type Projections = ReturnType<typeof projections>;
