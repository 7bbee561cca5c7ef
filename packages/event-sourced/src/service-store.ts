import { Outage, daprEventStore } from '@bankside/dapr';
import type { EventEnvelope, FeedPage } from '@bankside/contracts';
import { type EventStore, VersionConflict } from '@bankside/kernel';
import { masterKey, privateStore, SEALED, type MasterKey, type Personal } from '@bankside/privacy';
import { counter, histogram } from '@bankside/metrics';
import type { Registry } from 'prom-client';
import { sidecarConfig, type ServiceRuntime } from '@bankside/runtime';
import type { EventSourcedConfig } from './config';
import { withSpan } from '@bankside/telemetry';

/** The Dapr secret store and the secret that hold the master key of a service. */
const SECRET_STORE = 'secrets';
const SECRET = 'personal-data-key';

export type PersonalData = Readonly<{
  store: EventStore;
  /** Fetches the master key. Until then requests that need it fail with `Outage`. */
  load: () => Promise<void>;
  /** Decrypts a page of the feed, given as JSON text. */
  decrypt: (page: string) => Promise<string>;
  /** Removes the personal data of an event, for the broker. */
  redact: (event: EventEnvelope) => EventEnvelope;
}>;

/** Encrypts personal data in a store and in the feed. Without `personal` it does nothing. */
export const personalData = (
  store: EventStore,
  personal: Personal | undefined,
  secret: (store: string, name: string) => Promise<string>,
): PersonalData => {
  if (personal === undefined)
    return { store, load: async () => {}, decrypt: async (page) => page, redact: (event) => event };
  let master: MasterKey | undefined;
  const guarded = privateStore(store, personal, () => {
    if (master === undefined) throw new Outage('The master key has not been read yet.');
    return master;
  });
  return {
    store: guarded.store,
    load: async () => {
      master ??= masterKey(await secret(SECRET_STORE, SECRET));
    },
    decrypt: async (text) => {
      if (!text.includes(SEALED)) return text;
      const page = JSON.parse(text) as FeedPage;
      return JSON.stringify({ ...page, events: await guarded.decrypt(page.events) });
    },
    redact: guarded.redact,
  };
};

/** Measures the appends to a store, and counts loads of streams whose state was not in memory. */
export const observedStore = (store: EventStore, registry: Registry): EventStore => {
  const duration = histogram(registry, 'append_duration_seconds');
  for (const outcome of ['committed', 'conflict', 'outage']) duration.zero({ outcome });
  const misses = counter(registry, 'state_cache_misses_total');
  return {
    ...store,
    append: async (...appends) => {
      const stop = duration.startTimer();
      try {
        await store.append(...appends);
        stop({ outcome: 'committed' });
      } catch (error) {
        stop({ outcome: error instanceof VersionConflict ? 'conflict' : 'outage' });
        throw error;
      }
    },
    loadSnapshot: (stream) => {
      misses.inc();
      return store.loadSnapshot(stream);
    },
  };
};

type ServiceStoreOptions = Readonly<{
  runtime: ServiceRuntime<EventSourcedConfig>;
  personal: Personal | undefined;
  afterCommit: () => void;
}>;

/** Makes the span of each commit, and runs an effect after it, before the command returns. */
const withAfterCommit = (service: string, store: EventStore, effect: () => void): EventStore => ({
  ...store,
  append: async (...appends) => {
    const commits = appends.flatMap(({ commit }) => commit ?? []);
    const written = store.append(...appends);
    await Promise.all(
      commits.map(({ stream, revision, trace }) => {
        const attributes = { 'bankside.stream': stream, 'bankside.revision': revision };
        return withSpan('append', { target: service, parent: trace, attributes }, () => written);
      }),
    );
    await written;
    if (commits.length > 0) effect();
  },
});

/**
 * The event store of a service. From the outside in: `afterCommit` (relay, fault injection) → personal data (encryption of
 * the fields that identify a person) → metrics → the Dapr store, whose appends share a transaction by group commit.
 */
export const serviceStore = ({ runtime, personal, afterCommit }: ServiceStoreOptions) => {
  const { name, config, sidecar, metrics } = runtime;
  const commitSizes = histogram(metrics, 'group_commit_size');
  const daprStore = daprEventStore({
    ...sidecarConfig(config),
    store: config.STATE_STORE ?? `${name}-store`,
    onTransaction: (commits) => commitSizes.observe(commits),
  });
  const encrypted = personalData(observedStore(daprStore, metrics), personal, sidecar.secret);
  return {
    store: withAfterCommit(name, encrypted.store, afterCommit),
    personalData: encrypted,
    close: daprStore.close,
  };
};
