import type { Pool } from 'pg';
import { type FeedEntry, type PublicationMap, MapFailed, OUTBOX_BATCH, outboxReader } from './outbox-reader';
import { gatheringMs } from './gathering';
import { leaderElection, type Leadership } from './lease';
import { leaseSharing, type LeaseRequest, type LeaseSharing } from './lease-sharing';
import { RELAY_CHANNEL } from './feed-page';
import type { Publish } from './batch-spans';
import { publishLoop } from './publish-loop';
import { relayStats, type RelayStats } from './relay-stats';
import { backoff, idlePause, type IdlePauseOptions } from '@bankside/std';
import { signal } from './signal';

/** How long a commit waits if its process is killed right after the append, before it notifies the relay: longer on an idle service. */
const POLL = { firstMs: 250, longestMs: 5_000 };
/** Pauses after the publication map threw. The partition waits meanwhile. */
const RETRY_FIRST_MS = 200;
const RETRY_LONGEST_MS = 10_000;

type RelayTask = 'lead' | 'map' | 'publish' | 'notify';

export type RelayOptions = Readonly<{
  /** The service's own database. The relay keeps one connection for each partition that it leads. */
  pool: Pool;
  /** The app-id, `source` of every event. */
  source: string;
  map: PublicationMap;
  publish: Publish;
  /** As `feedPartitions` returns it. */
  partitions: number;
  onError: (error: unknown, where: Readonly<{ task: RelayTask; partition: number }>) => void;
  /** @internal For tests: no polling within their time, pauses that can be seen, and which replica leads. */
  test?: Readonly<{
    poll?: IdlePauseOptions;
    repeatAfterMs?: readonly number[];
    gatheringMs?: typeof gatheringMs;
    onLeading?: (partition: number, leading: boolean) => void;
  }>;
}>;

/** Name of the lease that the leader of a partition holds. */
export const relayLease = (partition: number): string => `relay/${partition}`;

type PartitionRelayOptions = RelayOptions &
  Readonly<{ partition: number; led: () => readonly string[]; sharing: LeaseSharing }>;

const partitionRelay = (options: PartitionRelayOptions) => {
  const { pool, source, map, publish, partition, partitions, led, sharing, onError, test } = options;
  const name = relayLease(partition);
  const work = signal();
  let publishing: ReturnType<typeof publishLoop> | undefined;
  let mapFailures = 0;

  const drainOutbox = async (
    { client, isLeader }: Leadership,
    offer: (entries: readonly FeedEntry[]) => void,
  ): Promise<void> => {
    const outbox = await outboxReader({ client, source, partition, map });
    const poll = idlePause(test?.poll ?? POLL, () => performance.now());
    while (isLeader()) {
      try {
        const commits = await outbox.feedBatch(offer);
        mapFailures = 0;
        if (commits === OUTBOX_BATCH) continue;
        await work.sleep((test?.gatheringMs ?? gatheringMs)(commits));
        if (await work.wait(poll.ms())) poll.active();
      } catch (error) {
        if (!(error instanceof MapFailed)) throw error;
        onError(error, { task: 'map', partition });
        await work.sleep(backoff(mapFailures, { firstMs: RETRY_FIRST_MS, longestMs: RETRY_LONGEST_MS }));
        mapFailures += 1;
      }
    }
  };

  const onElected = async (leadership: Leadership): Promise<void> => {
    const loop = publishLoop({
      pool,
      source,
      partition,
      publish,
      isLeader: leadership.isLeader,
      onError: (error) => onError(error, { task: 'publish', partition }),
      repeatAfterMs: test?.repeatAfterMs,
    });
    leadership.onEnd(loop.stop);
    leadership.onEnd(work.notify);
    leadership.client.on('notification', ({ payload }) => {
      if (payload) election.onRequest(JSON.parse(payload) as LeaseRequest);
      else work.notify();
    });
    await leadership.client.query(`listen ${RELAY_CHANNEL}`);
    publishing = loop;
    test?.onLeading?.(partition, true);
    const published = loop.run();
    try {
      await drainOutbox(leadership, loop.offer);
    } finally {
      leadership.resign();
      await published;
      publishing = undefined;
      test?.onLeading?.(partition, false);
    }
  };

  const election = leaderElection({
    pool,
    name,
    held: () => led().length,
    total: partitions,
    sharing,
    onElected,
    onError: (error) => onError(error, { task: 'lead', partition }),
  });
  return {
    name,
    leading: () => publishing !== undefined,
    failing: () => publishing !== undefined && (mapFailures > 0 || publishing.failing()),
    notify: work.notify,
    stop: async (): Promise<void> => {
      work.stop();
      await election.stop();
    },
  };
};

/** Notifies the leaders in other processes. A call while a notification is being sent causes one more after it. */
const remoteNotifier = (pool: Pool, onError: (error: unknown) => void) => {
  let again = false;
  let sending: Promise<void> | undefined;
  const send = async (): Promise<void> => {
    try {
      while (again) {
        again = false;
        await pool.query(`notify ${RELAY_CHANNEL}`);
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
    sent: async (): Promise<void> => sending,
  };
};

/**
 * Moves the commits of a service into its feed and publishes them to the broker, in order and without loss. Runs in every
 * replica; one of them leads each partition, and replicas lead equally many.
 */
export const relay = (options: RelayOptions) => {
  const { pool, partitions, onError } = options;
  const led = () => relays.filter((one) => one.leading()).map(({ name }) => name);
  const sharing = leaseSharing({
    held: led,
    send: (request) => pool.query('select pg_notify($1, $2)', [RELAY_CHANNEL, JSON.stringify(request)]),
    now: () => performance.now(),
  });
  const relays: ReadonlyArray<ReturnType<typeof partitionRelay>> = Array.from(
    { length: partitions },
    (_, partition) => partitionRelay({ ...options, partition, led, sharing }),
  );
  const remote = remoteNotifier(pool, (error) => onError(error, { task: 'notify', partition: -1 }));
  remote.notify(); // An earlier process of this service may have been killed between an append and its notification.
  let stopped = false;

  return {
    /**
     * Call it after each append: the relay then feeds the commit within about a millisecond instead of at its next poll, and
     * within about 20 while many come.
     */
    notify: (): void => {
      if (stopped) return;
      for (const one of relays) one.notify();
      if (relays.some((one) => !one.leading())) remote.notify();
    },
    stats: (): Promise<readonly RelayStats[]> =>
      relayStats(pool, (partition) => ({
        leading: relays[partition]?.leading() ?? false,
        failing: relays[partition]?.failing() ?? false,
      })),
    /** Finishes the current batches and resigns. The next leader publishes what is not published by then. */
    stop: async (): Promise<void> => {
      stopped = true;
      await Promise.all(relays.map((one) => one.stop()));
      await remote.sent();
    },
  };
};

export type Relay = ReturnType<typeof relay>;
