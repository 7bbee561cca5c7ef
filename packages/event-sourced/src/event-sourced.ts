import { brokerClient, eventKeys, headSigner, messageSigner, type Invoke } from '@bankside/dapr';
import {
  concernedWith,
  feedPartitions,
  isAnyHandled,
  Poison,
  readFeedPage,
  type OwnedFeed,
  postgresConsumer,
  relay,
  type Handle,
  type PageRequest,
  type PostgresConsumer,
  type PublicationMap,
  type Publish,
  type Relay,
} from '@bankside/feed';
import type { EventEnvelope, FeedPage } from '@bankside/contracts';
import type { EventStore } from '@bankside/kernel';
import type { Personal } from '@bankside/privacy';
import {
  deliveryRoutes,
  operatorRoutes,
  requireDatabase,
  serviceApp,
  serviceRuntime,
  sidecarConfig,
  watchConsumers,
  witnessedPulls,
  type ServiceRuntime,
} from '@bankside/runtime';
import type { Router } from 'express';
import type { Pool } from 'pg';
import { chainRoutes } from './chain-routes';
import { commandMetrics } from './command-metrics';
import type { EventSourcedConfig } from './config';
import { feedRoutes } from './feed-routes';
import { type PersonalData, serviceStore } from './service-store';
import { outboxRoutes } from './outbox-routes';
import { watchRelay } from './relay-metrics';
import { recentStreamRoutes } from './recent-streams';
import { storyRoutes } from './story-routes';

/** Dependencies of the routes and reactions of an event-sourced service. Tests pass an in-memory store and a fixed clock. */
export type ServiceDeps = Readonly<{
  store: EventStore;
  now: () => Date;
  /** The service's own database, which holds its replicas of other services' data. */
  pool: Pool;
  invoke: Invoke;
  /** Reads the feed of a service to its end, so that a replica or index has what was committed before. */
  catchUp: (source: string) => Promise<void>;
}>;

type EventSourcedService = Readonly<{
  /** Name of the service: its folder, image, app-id and topic. */
  name: string;
  config: EventSourcedConfig;
  /** Maps stored events to contract events. */
  published: PublicationMap;
  /** The fields of its events that identify a person. They are stored encrypted, and can be forgotten. */
  personal?: Personal;
  /** Handlers of other services' events, by source. */
  subscribed?: (deps: ServiceDeps) => Readonly<Record<string, Handle>>;
  routes: (deps: ServiceDeps) => Readonly<Record<string, Router>>;
}>;

type Runtime = ServiceRuntime<EventSourcedConfig>;

/**
 * Reads the service's own feed from its database. Dapr names no caller in a call of a service to itself, and a request
 * without a caller may only deliver events.
 */
const ownFeed =
  (feed: OwnedFeed, { decrypt }: PersonalData) =>
  async (request: PageRequest): Promise<FeedPage> =>
    JSON.parse(await decrypt(JSON.stringify(await readFeedPage(feed, request)))) as FeedPage;

/** Fails for the events that a fault switch poisons, before they take any effect. */
const poisonable = ({ name, faults }: Runtime, handle: Handle): Handle => {
  const isPoisoned = (event: EventEnvelope): boolean => faults?.isPoisoned(name, event) === true;
  return concernedWith(
    (event) => isAnyHandled(handle, [event]) || isPoisoned(event),
    async (client, events) => {
      const bad = events.find(isPoisoned);
      if (bad !== undefined) throw new Poison(`${bad.id} is poisoned on purpose.`);
      await handle(client, events);
    },
  );
};

/** One consumer per source of events, by source. */
const consumersOf = (
  runtime: Runtime,
  handlers: Readonly<Record<string, Handle>>,
  deps: ServiceDeps,
  personalData: PersonalData,
) => {
  const { name, logger } = runtime;
  const pull = witnessedPulls(runtime);
  return new Map(
    Object.entries(handlers).map(([source, handle]): [string, PostgresConsumer] => [
      source,
      postgresConsumer({
        pool: deps.pool,
        name,
        source,
        handle: poisonable(runtime, handle),
        pull: source === name ? ownFeed({ pool: deps.pool, source }, personalData) : pull(source),
        now: () => new Date(),
        onError: (error) => logger.error({ err: error, source }, 'consuming events failed; retrying'),
      }),
    ]),
  );
};

/** Publishes batches of events, signed and without personal data, to the topic of the service. */
const eventPublisher = ({ name, config, faults }: Runtime, { redact }: PersonalData) => {
  const broker = brokerClient({ ...sidecarConfig(config), pubsub: config.PUBSUB });
  const signed = messageSigner(name, config.EVENT_SIGNING_KEY);
  const topic = `${config.TOPIC_PREFIX}${name}.events`;
  const publish: Publish = async (events, texts) => {
    const redacted = events.map(redact);
    const textOf = new Map(events.map((event, index) => [event, texts[index]]));
    for (const batch of faults?.publicationsOf(redacted) ?? [redacted]) {
      // What was redacted is another object than the event of the text.
      const message = signed(
        batch,
        batch.map((event) => textOf.get(event) ?? JSON.stringify(event)),
      );
      await broker.publish(topic, message, `${name}/${batch[0]!.feedpartition}`);
    }
  };
  return { publish, close: broker.close };
};

/** Runs a service whose aggregates are stored as events: store, relay, feed, consumers of other services, and its routes. */
export const runEventSourced = (service: EventSourcedService): void => {
  const { name, config, published, personal, subscribed, routes } = service;
  const runtime = serviceRuntime({ name, config, faults: 'commits' });
  const { logger, metrics, pool, invoke, faults, shell } = runtime;
  let running: Relay | undefined;
  const {
    store,
    personalData,
    close: closeStore,
  } = serviceStore({
    runtime,
    personal,
    afterCommit: () => {
      running?.notify();
      faults?.afterCommit();
    },
  });
  const publisher = eventPublisher(runtime, personalData);
  const deps: ServiceDeps = {
    store,
    now: () => new Date(),
    pool,
    invoke,
    catchUp: async (source) => consumers.get(source)?.catchUp(),
  };
  const consumers = consumersOf(runtime, subscribed?.(deps) ?? {}, deps, personalData);
  const operated = {
    pool,
    consumers: () => [...consumers.values()],
    keys: eventKeys(config.EVENT_PUBLIC_KEYS),
  };
  const deliveries = Object.fromEntries([...consumers].map(([source, one]) => [source, one.deliver]));

  const start = async (): Promise<void> => {
    await personalData.load();
    const partitions = await feedPartitions(pool, config.FEED_PARTITIONS);
    running = relay({
      pool,
      source: name,
      map: published,
      publish: publisher.publish,
      partitions,
      onError: (error, where) => logger.error({ err: error, ...where }, 'the relay failed; retrying'),
    });
    watchRelay(metrics, running);
    watchConsumers(metrics, operated);
    for (const one of consumers.values()) one.start();
  };

  const app = serviceApp({
    ...shell,
    observers: [commandMetrics(metrics)],
    rawBodyRouters: [deliveryRoutes(runtime, deliveries)],
    routes: {
      '/feed': feedRoutes(
        { pool, source: name },
        headSigner(name, config.EVENT_SIGNING_KEY),
        personalData,
        () => running !== undefined,
      ),
      '/outbox': outboxRoutes(() => running),
      '/audit/chain': chainRoutes(pool, name),
      '/stories': storyRoutes(pool, name),
      '/recent-streams': recentStreamRoutes(pool),
      ...operatorRoutes(operated),
      ...routes(deps),
    },
    ready: async () => {
      if (running === undefined) throw new Error('the sidecar or the database does not respond yet');
      await requireDatabase(pool);
    },
  });
  runtime.listen(app, {
    start,
    close: async () => {
      await Promise.all([running?.stop(), ...[...consumers.values()].map((one) => one.stop())]);
      await Promise.all([closeStore(), publisher.close()]);
    },
  });
};
