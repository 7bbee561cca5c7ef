import { daprEventStore, brokerClient, subscriptionRoutes } from '@bankside/dapr';
import { type EventEnvelope } from '@bankside/contracts';
import {
  consumer,
  readFeedPage,
  installConsumer,
  installFeed,
  postgresSink,
  relay,
  type PublicationMap,
} from '@bankside/feed';
import { createDatabase, startSidecar } from '@bankside/tools';
import { Pool } from 'pg';
import { applyBalances, BALANCES, type Balance } from './balances';
import { arrivals } from './arrivals';
import { startServer } from './server';

const CONNECTIONS = 10;

const published: PublicationMap = (_, { data }) => ({ type: 'bench.money-deposited.v1', data });

const fail = (error: unknown): never => {
  throw new Error('A part of the benchmark failed.', { cause: error });
};

/** From the event store through outbox, relay, broker and consumer to a view, as services are connected. */
export const startPipeline = async (
  { adminUrl, redisAddress }: Readonly<{ adminUrl: string; redisAddress: string }>,
  { appId, partitions = 1 }: Readonly<{ appId: string; partitions?: number }>,
) => {
  const [ownerUrl, readerUrl] = [
    await createDatabase(appId, adminUrl),
    await createDatabase('view', adminUrl),
  ];
  const [owner, reader] = [ownerUrl, readerUrl].map(
    (connectionString) => new Pool({ connectionString, max: CONNECTIONS }),
  ) as [Pool, Pool];
  await reader.query(BALANCES);
  await installConsumer(reader);
  const arrived = arrivals();
  const sink = postgresSink(reader, {
    consumer: 'bench',
    source: appId,
    handle: (client, events) =>
      applyBalances(
        client,
        events.map(({ data }) => data as Balance),
      ),
  });
  const reading = consumer({
    source: appId,
    pull: (request) => readFeedPage(owner, request),
    sink: {
      ...sink,
      apply: async (partition, events, from, to) => {
        await sink.apply(partition, events, from, to);
        arrived.add(events.length);
      },
    },
    now: () => new Date(),
    onError: fail,
  });
  const server = await startServer(
    subscriptionRoutes({ [appId]: reading.deliver }, ({ detail }) => fail(detail)),
  );
  const topic = `${appId}.events`;
  const ownerSidecar = await startSidecar({ appId, databaseUrl: ownerUrl, redisAddress });
  const readerSidecar = await startSidecar({
    appId: `${appId}-view`,
    appPort: server.port,
    redisAddress,
    subscriptions: [{ topic, route: `/events/${appId}` }],
  });
  await installFeed(owner, { partitions });
  const store = daprEventStore({ sidecarUrl: ownerSidecar.httpUrl, store: `${appId}-store` });
  const publishing = brokerClient({ sidecarUrl: ownerSidecar.httpUrl, pubsub: 'pubsub' });
  const relaying = relay({
    pool: owner,
    source: appId,
    map: published,
    publish: async (events: readonly EventEnvelope[]) => {
      if ((await publishing.publish(topic, events)).length > 0) throw new Error('not all were published');
    },
    partitions,
    onError: fail,
  });
  reading.start();

  return {
    arrived,
    owner,
    append: async (append: Parameters<typeof store.append>[0]): Promise<void> => {
      await store.append(append);
      relaying.notify();
    },
    notify: relaying.notify,
    stop: async (): Promise<void> => {
      await relaying.stop();
      await Promise.all([store.close(), publishing.close()]);
      await Promise.all([ownerSidecar.stop(), readerSidecar.stop()]);
      await Promise.all([reading.stop(), server.stop()]);
      await Promise.all([owner.end(), reader.end()]);
    },
  };
};
export type Pipeline = Awaited<ReturnType<typeof startPipeline>>;
