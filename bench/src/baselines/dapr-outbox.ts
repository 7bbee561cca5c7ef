import { randomUUID } from 'node:crypto';
import { createDatabase, redisServer, startSidecar, type TestSidecarOptions } from '@bankside/tools';
import express, { type Request, type Response } from 'express';
import { Pool as PostgresPool } from 'pg';
import { Pool } from 'undici';
import { arrivals } from '../fixtures/arrivals';
import { applyBalances, BALANCES, type Balance } from '../fixtures/balances';
import { deposit } from '../fixtures/commits';
import { startServer } from '../fixtures/server';

const STORE = 'outbox-store';
const PUBSUB = 'pubsub';
const CONNECTIONS = 64;

type Component = NonNullable<TestSidecarOptions['resources']>[number];
type Entry = Readonly<{ entryId: string; event: Readonly<{ data: Balance }> }>;

/** Dapr's outbox, configured as its documentation describes. */
const outboxStore = (databaseUrl: string, appId: string, topic: string): Component => ({
  apiVersion: 'dapr.io/v1alpha1',
  kind: 'Component',
  metadata: { name: STORE },
  spec: {
    type: 'state.postgresql',
    version: 'v2',
    metadata: Object.entries({
      connectionString: databaseUrl,
      maxConns: '16',
      outboxPublishPubsub: PUBSUB,
      outboxPublishTopic: topic,
    }).map(([name, value]) => ({ name, value })),
  },
  scopes: [appId],
});

const view = async (databaseUrl: string) => {
  const pool = new PostgresPool({ connectionString: databaseUrl });
  await pool.query(BALANCES);
  const arrived = arrivals();
  const router = express.Router();
  router.post(
    '/deposits',
    express.json({ limit: '16mb', type: () => true }),
    async (req: Request, res: Response) => {
      const { entries } = req.body as Readonly<{ entries: readonly Entry[] }>;
      await applyBalances(
        pool,
        entries.map(({ event }) => event.data),
      );
      arrived.add(entries.length);
      res.json({ statuses: entries.map(({ entryId }) => ({ entryId, status: 'SUCCESS' })) });
    },
  );
  return { pool, arrived, router };
};

/** Dapr's defaults for Redis Streams: concurrent messages and queue depth of the sidecar. */
const defaultBroker = (redisUrl: string): Component => ({
  apiVersion: 'dapr.io/v1alpha1',
  kind: 'Component',
  metadata: { name: PUBSUB },
  spec: {
    type: 'pubsub.redis',
    version: 'v1',
    metadata: Object.entries(redisServer(redisUrl)).map(([name, value]) => ({ name, value })),
  },
});

type Addresses = Readonly<{ adminUrl: string; redisUrl: string }>;

/**
 * Dapr's built-in outbox in front of the same view: one state transaction stores and publishes each event.
 * @param tuned uses Bankside's broker settings: many workers, each of which sleeps for a second per message
 */
export const daprOutbox = async ({ adminUrl, redisUrl }: Addresses, tuned: boolean) => {
  const { pool, arrived, router } = await view(await createDatabase('view', adminUrl));
  const server = await startServer(router);
  const appId = tuned ? 'outbox-tuned' : 'outbox';
  const topic = `${appId}-deposits`;
  const broker = tuned ? { redisUrl } : {};
  const brokers = tuned ? [] : [defaultBroker(redisUrl)];
  const store = outboxStore(await createDatabase('outbox', adminUrl), appId, topic);
  const owner = await startSidecar({ appId, ...broker, resources: [store, ...brokers] });
  const reader = await startSidecar({
    appId: `${appId}-view`,
    appPort: server.port,
    ...broker,
    resources: brokers,
    subscriptions: [{ topic, route: '/deposits' }],
  });
  const http = new Pool(owner.httpUrl, { connections: CONNECTIONS });

  return {
    arrived,
    append: async (stream: string, revision: number): Promise<void> => {
      const request = {
        key: `${stream}-${revision}-${randomUUID()}`,
        value: deposit(stream).data,
        // Without a content type Dapr publishes the text of a Go map.
        metadata: { contentType: 'application/json' },
      };
      const { statusCode, body } = await http.request({
        method: 'POST',
        path: `/v1.0/state/${STORE}/transaction`,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ operations: [{ operation: 'upsert', request }] }),
      });
      const text = await body.text();
      if (statusCode >= 300) throw new Error(`Dapr's outbox returned ${statusCode}: ${text}`);
    },
    stop: async (): Promise<void> => {
      await http.close();
      await Promise.all([owner.stop(), reader.stop()]);
      await Promise.all([server.stop(), pool.end()]);
    },
  };
};
