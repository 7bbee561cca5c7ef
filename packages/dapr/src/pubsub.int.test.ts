import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startBacking, startSidecar, until, type Backing, type TestSidecar } from '@bankside/tools';
import express from 'express';
import type { EventEnvelope } from '@bankside/contracts';
import { Outage } from './outage';
import { brokerClient, type BrokerClient, subscriptionRoutes, type DeliveryProblem } from './pubsub';
import { eventKeys, messageSigner } from './event-message';

const APP = 'dapr-pubsub-test';
const SOURCE = 'accounts';
const TOPIC = 'accounts.events';
const WITHIN_MS = 30_000;

const event = (feedposition: number, extra: Partial<EventEnvelope> = {}): EventEnvelope => ({
  specversion: '1.0',
  id: `${SOURCE}/0/${feedposition}`,
  type: 'accounts.money-withdrawn.v1',
  source: SOURCE,
  subject: `account-${feedposition % 7}`,
  time: '2026-01-01T00:00:00.000Z',
  datacontenttype: 'application/json',
  partitionkey: `account-${feedposition % 7}`,
  feedpartition: 0,
  feedposition,
  streamrevision: feedposition,
  data: { amountCents: feedposition, note: 'ä "<&>" 😀' },
  ...extra,
});
const traced = (feedposition: number) =>
  event(feedposition, { traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01' });

const { privateKey, publicKey } = generateKeyPairSync('ed25519', {
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
});
const signed = messageSigner(SOURCE, privateKey);

let backing: Backing;
let server: Server;
let sidecar: TestSidecar;
let events: BrokerClient;
const delivered: EventEnvelope[][] = [];
const problems: DeliveryProblem[] = [];
let handle: (batch: readonly EventEnvelope[]) => Promise<void> = async () => undefined;

const positions = () => new Set(delivered.flat().map(({ feedposition }) => feedposition));
const arrived = (wanted: readonly EventEnvelope[]) =>
  until(
    async () => {
      const there = positions();
      const missing = wanted.filter(({ feedposition }) => !there.has(feedposition));
      if (missing.length > 0) throw new Error(`${missing.length} are missing`);
    },
    { what: 'The delivery', timeoutMs: WITHIN_MS },
  );

beforeAll(async () => {
  backing = await startBacking({ redis: true });
  const app = express();
  const routes = subscriptionRoutes({
    handlers: {
      [SOURCE]: async (batch) => {
        await handle(batch);
        delivered.push([...batch]);
      },
    },
    keys: eventKeys({ [SOURCE]: publicKey }),
    report: (problem) => problems.push(problem),
  });
  server = createServer(app.use(routes)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  sidecar = await startSidecar({
    appId: APP,
    appPort: (server.address() as AddressInfo).port,
    brokerUrl: backing.env['BANKSIDE_TEST_REDIS']!,
    subscriptions: [{ topic: TOPIC, route: `/events/${SOURCE}` }],
  });
  events = brokerClient({ sidecarUrl: sidecar.httpUrl, pubsub: 'pubsub', test: { timeoutMs: 5_000 } });
});

afterAll(async () => {
  await events.close();
  await sidecar.stop();
  server.closeAllConnections();
  server.close();
  await backing.stop();
});

const publish = (batch: readonly EventEnvelope[]) => events.publish(TOPIC, signed(batch), `${SOURCE}/0`);

const post = async (body: unknown) => {
  const { port } = server.address() as AddressInfo;
  const response = await fetch(`http://127.0.0.1:${port}/events/${SOURCE}`, {
    method: 'POST',
    headers: { 'content-type': 'application/cloudevents+json' },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: (await response.json()) as unknown };
};

describe('published events', () => {
  it('arrive exactly as published, with their own trace or none', async () => {
    const both = [traced(1), event(2)];
    await publish(both);
    await arrived(both);
    expect(delivered.flat()).toEqual(both);
  });

  it('arrive in the batches in which they were published', async () => {
    delivered.length = 0;
    const all = Array.from({ length: 5_000 }, (_, index) => traced(1_000 + index));
    for (let from = 0; from < all.length; from += 500) await publish(all.slice(from, from + 500));
    await arrived(all);
    expect(delivered.map(({ length }) => length)).toEqual(Array(10).fill(500));
    expect(problems).toEqual([]);
  });

  it('throw an Outage while the broker is down, and can be published once it is back', async () => {
    backing.processes['redis']!.pause();
    await expect(publish([event(10_001)])).rejects.toThrow(Outage);
    backing.processes['redis']!.resume();
    await until(() => publish([event(10_002)]), { what: 'The broker', timeoutMs: WITHIN_MS });
  });

  it('throw an Outage for a component that does not exist', async () => {
    const nowhere = brokerClient({ sidecarUrl: sidecar.httpUrl, pubsub: 'nothing' });
    await expect(nowhere.publish(TOPIC, signed([event(1)]), 'x')).rejects.toThrow(Outage);
    await nowhere.close();
  });
});

describe('a delivery', () => {
  it('is acknowledged only after its handler has resolved', async () => {
    let finish = () => {};
    let started = () => {};
    const running = new Promise<void>((resolve) => (started = resolve));
    // The broker may still deliver messages of earlier tests.
    handle = async ([first]) => {
      if (first?.feedposition !== 20_001) return;
      await new Promise<void>((resolve) => {
        finish = resolve;
        started();
      });
    };
    let responded = false;
    const reply = post(signed([event(20_001)])).finally(() => (responded = true));
    await running;
    expect(responded).toBe(false);
    finish();
    expect((await reply).body).toEqual({ status: 'SUCCESS' });
    handle = async () => undefined;
  });

  it('is reported and retried when its handler throws', async () => {
    problems.length = 0;
    const error = new Error('the database is down');
    handle = () => Promise.reject(error);
    expect((await post(signed([event(1), event(2)]))).body).toEqual({ status: 'RETRY' });
    expect(problems).toEqual([{ source: SOURCE, problem: 'handler-failed', error }]);
    handle = async () => undefined;
  });

  it.each([
    ['a bare event', event(1), 'unsigned'],
    [
      'an altered message',
      { ...signed([event(1)]), data: { ...signed([event(1)]).data, events: '[]' } },
      'wrong-signature',
    ],
  ])('of %s is reported and dropped, and never reaches the handler', async (_what, message, problem) => {
    problems.length = 0;
    delivered.length = 0;
    expect((await post(message)).body).toEqual({ status: 'DROP' });
    expect({ delivered, problems }).toEqual({ delivered: [], problems: [{ source: SOURCE, problem }] });
  });
});
