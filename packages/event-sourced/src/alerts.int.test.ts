import { generateKeyPairSync } from 'node:crypto';
import { daprEventStore, headSigner, Outage, type Invoke } from '@bankside/dapr';
import { stateMigrations } from '@bankside/dapr/migrations';
import {
  feedHandler,
  Poison,
  postgresConsumer,
  readFeedPage,
  relay,
  witnessedHeads,
  type Handle,
  type PublicationMap,
  type Publish,
} from '@bankside/feed';
import { consumerMigrations, feedMigrations } from '@bankside/feed/migrations';
import type { Commit } from '@bankside/kernel';
import type { AlertName } from '@bankside/metrics/observability';
import { alertWatch } from '@bankside/metrics/testing';
import { createLogger, watchConsumers, witnessedPulls } from '@bankside/runtime';
import { createServiceDatabase, until } from '@bankside/tools';
import { Pool } from 'pg';
import { Registry } from 'prom-client';
import { watchRelay } from './relay-metrics';
import { observedStore } from './service-store';

// Each alert on the metrics of a service is raised by the fault that it stands for.
const SOURCE = 'accounts';
const WITHIN = { what: 'The feed', timeoutMs: 20_000 };
const LONG_AGO = '2026-01-01T00:00:00.000Z';

const open: Array<() => Promise<unknown>> = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

const commit = (revision: number): Commit => ({
  stream: 'account-1',
  revision,
  events: [{ type: 'MoneyDeposited', version: 1, data: { amountCents: revision } }],
  commandId: `c/${revision}`,
  at: LONG_AGO,
});
const published: PublicationMap = (_, { data }) => ({ type: 'accounts.money-deposited.v1', data });

const registry = (): Registry => {
  const metrics = new Registry();
  metrics.setDefaultLabels({ service: SOURCE });
  return metrics;
};

/** The database of a service with its relay, and its metrics. */
const service = async (faults: Readonly<{ map?: PublicationMap; publish?: Publish }> = {}) => {
  const sets = [stateMigrations, feedMigrations, consumerMigrations];
  const { url, ownerUrl } = await createServiceDatabase('alerts', sets, { partitions: 1 });
  const [pool, owner] = [url, ownerUrl].map((connectionString) => new Pool({ connectionString, max: 8 }));
  open.push(() => Promise.all([pool!.end(), owner!.end()]));
  const metrics = registry();
  const running = relay({
    pool: pool!,
    source: SOURCE,
    map: published,
    publish: async () => undefined,
    partitions: 1,
    onError: () => undefined,
    ...faults,
  });
  open.unshift(running.stop);
  watchRelay(metrics, running);
  return {
    pool: pool!,
    owner: owner!,
    metrics,
    /** Stores a commit that is an hour old. */
    append: async (revision: number): Promise<void> => {
      const key = `s/account-1/${String(revision).padStart(10, '0')}`;
      await owner!.query(
        `insert into state (key, value, created_at) values ($1, $2, now() - interval '1 hour')`,
        [key, Buffer.from(JSON.stringify(commit(revision)))],
      );
      running.notify();
    },
  };
};

const watch = (alert: AlertName, metrics: Registry) =>
  alertWatch(alert, { [SOURCE]: () => metrics.metrics() });

const shown = (metrics: Registry, line: RegExp): Promise<void> =>
  until(async () => expect(await metrics.metrics()).toMatch(line), WITHIN);

/** Consumes the service's own feed with a handler that fails. */
const consumeWith = ({ pool, metrics }: Awaited<ReturnType<typeof service>>, handle: Handle): void => {
  const one = postgresConsumer({
    pool,
    name: SOURCE,
    source: SOURCE,
    handle,
    pull: async (request) =>
      JSON.parse(JSON.stringify(await readFeedPage({ pool, source: SOURCE }, request))),
    now: () => new Date(),
    onError: () => undefined,
  });
  open.unshift(one.stop);
  watchConsumers(metrics, { pool, consumers: () => [one] });
  one.start();
};

it('OutboxStuck: the publication map throws', async () => {
  const { metrics, append } = await service({
    map: () => {
      throw new Error('a bug');
    },
  });
  const alert = watch('OutboxStuck', metrics);
  await alert.assertQuiet();
  await append(1);
  expect(await alert.raised()).toEqual([{ service: SOURCE, partition: '0' }]);
});

it('PublicationStuck: the broker is down', async () => {
  const { metrics, append } = await service({
    publish: async () => {
      throw new Error('no broker');
    },
  });
  const alert = watch('PublicationStuck', metrics);
  await alert.assertQuiet();
  await append(1);
  expect(await alert.raised()).toEqual([{ service: SOURCE, partition: '0' }]);
});

it('ConsumerBehind: what the handler needs does not respond', async () => {
  const one = await service();
  consumeWith(one, async () => {
    throw new Outage('down');
  });
  const alert = watch('ConsumerBehind', one.metrics);
  await alert.assertQuiet();
  await one.append(1);
  await shown(one.metrics, /consumer_lag_events{.*} 1/);
  expect(await alert.raised()).toEqual([{ service: SOURCE, consumer: SOURCE, source: SOURCE }]);
});

it('DeadLetters: an event can never be applied', async () => {
  const one = await service();
  consumeWith(one, async () => {
    throw new Poison('no such account');
  });
  const alert = watch('DeadLetters', one.metrics);
  await alert.assertQuiet();
  await one.append(1);
  await shown(one.metrics, /consumer_dead_letters{.*} 1/);
  expect(await alert.raised()).toEqual([{ service: SOURCE, consumer: SOURCE, source: SOURCE }]);
});

it('AppendsFailing: the sidecar is gone', async () => {
  const metrics = registry();
  const store = daprEventStore({ sidecarUrl: 'http://127.0.0.1:1', store: 'accounts-store' });
  open.push(store.close);
  const observed = observedStore(store, metrics);
  const alert = watch('AppendsFailing', metrics);
  await alert.assertQuiet();
  const outcome = { fingerprint: 'f', stream: 'account-1', revision: 1 };
  await expect(observed.append({ commandId: 'c/1', outcome, commit: commit(1) })).rejects.toThrow(Outage);
  expect(await alert.raised()).toEqual([{ service: SOURCE }]);
});

it('HistoryRewritten: the owner of the database changes the chain', async () => {
  const { pool, owner, append } = await service();
  const { privateKey, publicKey } = generateKeyPairSync('ed25519', {
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  const metrics = registry();
  const feed = feedHandler({ pool, source: SOURCE }, headSigner(SOURCE, privateKey));
  const invoke: Invoke = async (_service, _method, path) => {
    const { status, body } = await feed(Object.fromEntries(new URL(path, 'http://feed').searchParams));
    return { status, headers: {}, body: JSON.parse(body) as unknown };
  };
  const pull = witnessedPulls({
    pool,
    invoke,
    metrics,
    logger: createLogger(SOURCE, 'silent'),
    config: { EVENT_PUBLIC_KEYS: { [SOURCE]: publicKey } },
  })(SOURCE);
  const page = () => pull({ partition: 0, after: 0, limit: 10 });
  await append(1);
  const alert = watch('HistoryRewritten', metrics);
  await alert.assertQuiet();
  await until(async () => {
    expect((await page()).events).toHaveLength(1);
    expect(await witnessedHeads(pool)).toHaveLength(1); // A page read too early has no head to keep.
  }, WITHIN);
  await owner.query(`update feed_chain set hash = sha256('another history')`);
  await until(async () => {
    await page();
    expect(await metrics.metrics()).toMatch(/feed_head_problems_total{.*problem="rewritten".*} 1/);
  }, WITHIN);
  expect(await alert.raised()).toEqual([{ service: SOURCE, source: SOURCE }]);
});
