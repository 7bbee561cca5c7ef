import type { Pool } from 'pg';
import type { PublicationMap, FeedEntry } from './feed-entry';
import { outboxReader, MapFailed } from './outbox-reader';
import { leaderElection, type Leadership } from './leader-election';
import { publishLoop, type Publish } from './publish-loop';
import { backoff, signal } from './signal';

const POLL_MS = 250;
/** Waits after the map failed, which stops the partition until it is mended. */
const RETRY_FIRST_MS = 200;
const RETRY_LONGEST_MS = 10_000;
/** Pokes by replicas that do not lead travel as notifications of PostgreSQL. Many at once are one. */
const CHANNEL = 'feed_notify';

export type RelayTask = 'lead' | 'map' | 'publish' | 'notify';

export type RelayOptions = Readonly<{
  /** Of the service's own database. Needs a connection per partition besides those of everything else. */
  pool: Pool;
  /** The app-id, the source of every event. */
  source: string;
  map: PublicationMap;
  publish: Publish;
  /** What `installFeed` answered. */
  partitions: number;
  onError: (error: unknown, where: Readonly<{ task: RelayTask; partition: number }>) => void;
  /** How long a commit waits at most when nobody pokes: its process died right after the append. */
  pollMs?: number;
  /** Told when this replica begins or ends to lead a partition. */
  onLeading?: (partition: number, leading: boolean) => void;
}>;

/** `outboxDepth` counts commits, the other two are positions. `failing` and `leading` are of this replica. */
export type RelayStats = Readonly<{
  partition: number;
  outboxDepth: number;
  head: number;
  published: number;
  leading: boolean;
  failing: boolean;
}>;

type PartitionRelayOptions = RelayOptions & Readonly<{ partition: number; leads: () => number }>;

const partitionRelay = (options: PartitionRelayOptions) => {
  const { pool, source, map, publish, partition, leads, pollMs = POLL_MS, onError, onLeading } = options;
  const wake = signal();
  let out: ReturnType<typeof publishLoop> | undefined;
  let mapFailures = 0;

  const drainOutbox = async (
    { client, isLeader: goesOn }: Leadership,
    offer: (entries: readonly FeedEntry[]) => void,
  ): Promise<void> => {
    const { feed } = await outboxReader({ client, source, partition, map });
    while (goesOn()) {
      try {
        if (!(await feed(offer))) await wake.wait(pollMs);
        mapFailures = 0;
      } catch (error) {
        if (!(error instanceof MapFailed)) throw error;
        onError(error, { task: 'map', partition });
        await wake.sleep(backoff(mapFailures, RETRY_FIRST_MS, RETRY_LONGEST_MS));
        mapFailures += 1;
      }
    }
  };

  const onElected = async (term: Leadership): Promise<void> => {
    const failed = (error: unknown) => onError(error, { task: 'publish', partition });
    out = publishLoop({ pool, partition, publish, isLeader: term.isLeader, onError: failed });
    term.onEnd(out.stop);
    term.onEnd(wake.notify);
    term.client.on('notification', wake.notify);
    await term.client.query(`listen ${CHANNEL}`);
    onLeading?.(partition, true);
    const publishing = out.run();
    try {
      await drainOutbox(term, out.offer);
    } finally {
      term.end();
      await publishing;
      out = undefined;
      onLeading?.(partition, false);
    }
  };

  const leadership = leaderElection({
    pool,
    partition,
    ledPartitions: leads,
    onElected: onElected,
    onError: (error) => onError(error, { task: 'lead', partition }),
  });
  return {
    leading: () => out !== undefined,
    failing: () => out !== undefined && (mapFailures > 0 || out.failing()),
    notify: wake.notify,
    stop: async (): Promise<void> => {
      wake.stop();
      await leadership.stop();
    },
  };
};

/** Tells the leaders in other processes. Asked again while one is on its way, it sends one more after it. */
const remoteNotifier = (pool: Pool, onError: (error: unknown) => void) => {
  let again = false;
  let sending: Promise<void> | undefined;
  const send = async (): Promise<void> => {
    try {
      while (again) {
        again = false;
        await pool.query(`notify ${CHANNEL}`);
      }
    } finally {
      sending = undefined;
    }
  };
  return {
    notify: (): void => {
      again = true;
      sending ??= send().catch(onError);
    },
    settled: async (): Promise<void> => sending,
  };
};

const STATS = `
  select partition, h.position as head, p.position as published,
    (select count(*) from outbox o where o.partition = h.partition) as depth
  from feed_head h join feed_published p using (partition) order by partition`;

/**
 * Moves what the service has committed into its feed and from there to the broker, in order and without loss. Run it in
 * every replica: each partition is led by one of them.
 */
export const relay = (options: RelayOptions) => {
  const { pool, partitions, onError } = options;
  const leads = (): number => lanes.filter((one) => one.leading()).length;
  const lanes: ReadonlyArray<ReturnType<typeof partitionRelay>> = Array.from(
    { length: partitions },
    (_, partition) => partitionRelay({ ...options, partition, leads }),
  );
  const remote = remoteNotifier(pool, (error) => onError(error, { task: 'notify', partition: -1 }));
  let stopped = false;

  return {
    /** To be called after each append: the event is then on its way within a millisecond instead of `pollMs`. */
    notify: (): void => {
      if (stopped) return;
      for (const one of lanes) one.notify();
      if (lanes.some((one) => !one.leading())) remote.notify();
    },
    stats: async (): Promise<readonly RelayStats[]> => {
      const { rows } = await pool.query<{
        partition: number;
        head: string;
        published: string;
        depth: string;
      }>(STATS);
      return rows.map(({ partition, head, published, depth }) => ({
        partition,
        outboxDepth: Number(depth),
        head: Number(head),
        published: Number(published),
        leading: lanes[partition]?.leading() ?? false,
        failing: lanes[partition]?.failing() ?? false,
      }));
    },
    /** Finishes the batches under way and gives the leadership back. What is not published then, the next leader publishes. */
    stop: async (): Promise<void> => {
      stopped = true;
      await Promise.all(lanes.map((one) => one.stop()));
      await remote.settled();
    },
  };
};

export type Relay = ReturnType<typeof relay>;
