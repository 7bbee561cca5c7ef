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
const MANY_WORKERS = { concurrency: '256', queueDepth: '1000' };

type Component = NonNullable<TestSidecarOptions['resources']>[number];
type CloudEvent = Readonly<{ data: Balance }>;

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
      await applyBalances(pool, [(req.body as CloudEvent).data]);
      arrived.add(1);
      res.json({ status: 'SUCCESS' });
    },
  );
  return { pool, arrived, router };
};

/** Redis Streams with Dapr's defaults for concurrent messages and queue depth, or with many workers. */
const brokerOf = (redisUrl: string, tuned: boolean): Component => ({
  apiVersion: 'dapr.io/v1alpha1',
  kind: 'Component',
  metadata: { name: PUBSUB },
  spec: {
    type: 'pubsub.redis',
    version: 'v1',
    metadata: Object.entries({ ...redisServer(redisUrl), ...(tuned && MANY_WORKERS) }).map(
      ([name, value]) => ({ name, value }),
    ),
  },
});

type Addresses = Readonly<{ adminUrl: string; redisUrl: string }>;

/**
 * Dapr's built-in outbox in front of the same view: one state transaction stores and publishes each event.
 * @param tuned has many workers, each of which sleeps for a second per message
 */
export const daprOutbox = async ({ adminUrl, redisUrl }: Addresses, tuned: boolean) => {
  const { pool, arrived, router } = await view(await createDatabase('view', adminUrl));
  const server = await startServer(router);
  const appId = tuned ? 'outbox-tuned' : 'outbox';
  const topic = `${appId}-deposits`;
  const broker = brokerOf(redisUrl, tuned);
  const store = outboxStore(await createDatabase('outbox', adminUrl), appId, topic);
  const owner = await startSidecar({ appId, resources: [store, broker] });
  const reader = await startSidecar({
    appId: `${appId}-view`,
    appPort: server.port,
    resources: [broker],
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
