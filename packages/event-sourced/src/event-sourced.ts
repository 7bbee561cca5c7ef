import {
  daprEventStore,
  invoker,
  Outage,
  brokerClient,
  sidecar,
  subscriptionRoutes,
  type Invoke,
} from '@bankside/dapr';
import {
  consumer,
  feedHandler,
  installConsumer,
  installFeed,
  postgresSink,
  relay,
  type Consumer,
  type PublicationMap,
  type Handle,
  type Relay,
} from '@bankside/feed';
import type { EventStore } from '@bankside/kernel';
import type { Personal } from '@bankside/privacy';
import { Router } from 'express';
import { Pool } from 'pg';
import { z } from 'zod';
import { actorVerifier, callersOf, staffOnly } from '@bankside/auth';
import { listen } from '@bankside/http';
import {
  createLogger,
  createMetrics,
  databaseConfig,
  faultInjectionIfEnabled,
  serviceApp,
  logDeliveryProblem,
  sidecarConfig,
  pullFeed,
  retryForever,
  type Logger,
} from '@bankside/runtime';
import { personalData, type PersonalData } from './personal-data';
import { watchRelay } from './relay-metrics';

export const eventSourcedConfig = { ...databaseConfig, STATE_STORE: z.string().optional() };
export type EventSourcedConfig = z.infer<z.ZodObject<typeof eventSourcedConfig>>;

/** What the routes and reactions of an event-sourced service work with. Tests pass an in-memory store and a fixed clock. */
export type ServiceDeps = Readonly<{
  store: EventStore;
  now: () => Date;
  /** The service's own database, for its copies of other services' data. */
  pool: Pool;
  invoke: Invoke;
  /** Reads another owner's feed to its end, now: what a copy misses may just not have arrived yet. */
  catchUp: (source: string) => Promise<void>;
}>;

export type EventSourcedService = Readonly<{
  /** Folder, package, image, app-id and topic. */
  name: string;
  config: EventSourcedConfig;
  /** Stored event to contract event. */
  published: PublicationMap;
  /** What of its events tells who somebody is. Such fields are stored sealed, and can be forgotten. */
  personal?: Personal;
  /** Reactions to other services' events, by source. */
  subscribed?: (deps: ServiceDeps) => Readonly<Record<string, Handle>>;
  /** Tables of the service's copies: `create table if not exists …`, run at start. */
  tables?: string;
  routes: (deps: ServiceDeps) => Readonly<Record<string, Router>>;
}>;

/** Connections of one replica: requests, relay, consumers. */
const POOL_CONNECTIONS = 10;

const feedRoutes = (pool: Pool, { decrypt }: PersonalData, started: () => boolean): Router => {
  const handle = feedHandler(pool);
  const router = Router();
  router.get('/', staffOnly, async (req, res) => {
    if (!started()) throw new Outage('The feed is not open yet.');
    const { status, body } = await handle(req.query);
    res
      .status(status)
      .type(status === 200 ? 'application/json' : 'application/problem+json')
      .send(status === 200 ? await decrypt(body) : body);
  });
  return router;
};

const consumersOf = ({ name, subscribed }: EventSourcedService, deps: ServiceDeps, logger: Logger) =>
  Object.entries(subscribed?.(deps) ?? {}).map(([source, handle]): [string, Consumer] => [
    source,
    consumer({
      source,
      pull: pullFeed(deps.invoke, source),
      sink: postgresSink(deps.pool, { consumer: name, source, handle }),
      now: () => new Date(),
      onError: (error) => logger.error({ err: error, source }, 'reading events failed; it is tried again'),
    }),
  ]);

/** Does something after each commit, before its command is answered. */
const after = (store: EventStore, effect: () => void): EventStore => ({
  ...store,
  append: async (append) => {
    await store.append(append);
    if (append.commit) effect();
  },
});

/** Starts a service that keeps its aggregates as events: store, outbox, relay, feed, its copies of others' data, and its routes. */
export const runEventSourced = (service: EventSourcedService): void => {
  const { name, config, tables } = service;
  const logger = createLogger(name, config.LOG_LEVEL);
  const metrics = createMetrics(name);
  const own = sidecarConfig(config);
  const pool = new Pool({ connectionString: config.DATABASE_URL, max: POOL_CONNECTIONS });
  pool.on('error', (error) => logger.warn({ err: error }, 'a database connection broke'));
  const dapr = {
    side: sidecar(own),
    invoker: invoker(own),
    broker: brokerClient({ ...own, pubsub: config.PUBSUB }),
  };
  const store = daprEventStore({ ...own, store: config.STATE_STORE ?? `${name}-store` });
  const persons = personalData(store, service.personal, dapr.side.secret);
  const faults = faultInjectionIfEnabled(config, true);
  let running: Relay | undefined;
  const deps: ServiceDeps = {
    store: after(persons.store, () => {
      running?.notify();
      faults?.afterCommit();
    }),
    now: () => new Date(),
    pool,
    invoke: dapr.invoker.invoke,
    catchUp: async (source) => consumers.get(source)?.catchUp(),
  };
  const consumers = new Map(consumersOf(service, deps, logger));

  const start = async (): Promise<void> => {
    if (!(await dapr.side.ready())) throw new Error('the sidecar is not ready');
    await persons.load();
    const partitions = await installFeed(pool);
    if (consumers.size > 0) await installConsumer(pool);
    if (tables !== undefined) await pool.query(tables);
    running = relay({
      pool,
      source: name,
      map: service.published,
      publish: async (events) => {
        const outgoing = events.map(persons.redact);
        for (const batch of faults?.publicationsOf(outgoing) ?? [outgoing]) {
          const failed = await dapr.broker.publish(`${name}.events`, batch);
          if (failed.length > 0)
            throw new Outage(`the broker did not take ${failed.length} of ${batch.length} events`);
        }
      },
      partitions,
      onError: (error, where) =>
        logger.error({ err: error, ...where }, 'the relay failed; it is tried again'),
    });
    watchRelay(metrics, running);
    for (const one of consumers.values()) one.start();
  };

  const app = serviceApp({
    logger,
    metrics,
    ...(config.ACTOR_PUBLIC_KEYS !== undefined && { actors: actorVerifier(config.ACTOR_PUBLIC_KEYS) }),
    sidecarToken: config.APP_API_TOKEN,
    callers: callersOf(config),
    fingerprintKey: config.FINGERPRINT_KEY,
    faults,
    rawBodyRouters: [
      subscriptionRoutes(
        Object.fromEntries([...consumers].map(([source, one]) => [source, one.deliver])),
        logDeliveryProblem(logger),
      ),
    ],
    routes: {
      '/feed': feedRoutes(pool, persons, () => running !== undefined),
      ...service.routes(deps),
    },
    ready: async () => {
      if (running === undefined) throw new Error('the sidecar or the database does not answer yet');
      await pool.query('select 1');
    },
  });

  listen(app, {
    host: config.HOST,
    port: config.PORT,
    logger,
    onClosed: async () => {
      await Promise.all([running?.stop(), ...[...consumers.values()].map((one) => one.stop())]);
      await Promise.all([store.close(), pool.end(), ...Object.values(dapr).map((one) => one.close())]);
    },
  });
  void retryForever(start, (error) => logger.warn({ err: error }, 'not started yet; it is tried again'));
};
