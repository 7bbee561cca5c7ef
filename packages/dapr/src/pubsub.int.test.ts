import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startBacking, startSidecar, until, type Backing, type TestSidecar } from '@bankside/tools';
import express from 'express';
import type { EventEnvelope } from '@bankside/contracts';
import { Outage } from './outage';
import { brokerClient, type BrokerClient } from './broker-client';
import { subscriptionRoutes, type DeliveryProblem } from './subscription';

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
  const routes = subscriptionRoutes(
    {
      [SOURCE]: async (batch) => {
        await handle(batch);
        delivered.push([...batch]);
      },
    },
    (problem) => problems.push(problem),
  );
  server = createServer(app.use(routes)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  sidecar = await startSidecar({
    appId: APP,
    appPort: (server.address() as AddressInfo).port,
    redisAddress: backing.env['BANKSIDE_TEST_REDIS']!,
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

const post = async (body: unknown) => {
  const { port } = server.address() as AddressInfo;
  const answer = await fetch(`http://127.0.0.1:${port}/events/${SOURCE}`, {
    method: 'POST',
    headers: { 'content-type': 'application/cloudevents+json' },
    body: JSON.stringify(body),
  });
  return { status: answer.status, body: (await answer.json()) as unknown };
};

describe('published events', () => {
  it('arrive exactly as published, with their own trace or none', async () => {
    const both = [traced(1), event(2)];
    await events.publish(TOPIC, both);
    await arrived(both);
    expect(delivered.flat().sort((a, b) => a.feedposition - b.feedposition)).toEqual(both);
  });

  it('arrive in batches', async () => {
    const all = Array.from({ length: 5_000 }, (_, index) => traced(1_000 + index));
    for (let from = 0; from < all.length; from += 500)
      expect(await events.publish(TOPIC, all.slice(from, from + 500))).toEqual([]);
    await arrived(all);
    const sizes = delivered.map(({ length }) => length);
    expect(Math.max(...sizes)).toBeGreaterThan(10);
    expect(problems).toEqual([]);
  });

  it('throw an Outage if the broker is down, and can be published once it is back', async () => {
    backing.processes['redis']!.pause();
    await expect(events.publish(TOPIC, [event(10_001)])).rejects.toThrow(Outage);
    backing.processes['redis']!.resume();
    await until(() => events.publish(TOPIC, [event(10_002)]), { what: 'The broker', timeoutMs: WITHIN_MS });
  });

  it('throw an Outage for a topic or component that does not exist', async () => {
    const nowhere = brokerClient({ sidecarUrl: sidecar.httpUrl, pubsub: 'nothing' });
    await expect(nowhere.publish(TOPIC, [event(1)])).rejects.toThrow(Outage);
    await nowhere.close();
  });
});

describe('a delivery', () => {
  const bulk = (...batch: readonly unknown[]) => ({
    id: 'b',
    entries: batch.map((one, index) => ({
      entryId: `e${index}`,
      event: one,
      contentType: 'application/json',
    })),
  });

  it('is acknowledged only after the handler has resolved', async () => {
    let finish = () => {};
    let started = () => {};
    const running = new Promise<void>((resolve) => (started = resolve));
    // Events of earlier tests may still be delivered.
    handle = async ([first]) => {
      if (first?.feedposition !== 20_001) return;
      await new Promise<void>((resolve) => {
        finish = resolve;
        started();
      });
    };
    let answered = false;
    const reply = post(bulk(event(20_001))).finally(() => (answered = true));
    await running;
    expect(answered).toBe(false);
    finish();
    expect((await reply).body).toEqual({ statuses: [{ entryId: 'e0', status: 'SUCCESS' }] });
    handle = async () => undefined;
  });

  it('is rejected for redelivery and reported if the handler fails', async () => {
    problems.length = 0;
    const failure = new Error('database away');
    handle = () => Promise.reject(failure);
    expect((await post(bulk(event(1), event(2)))).body).toEqual({
      statuses: [
        { entryId: 'e0', status: 'RETRY' },
        { entryId: 'e1', status: 'RETRY' },
      ],
    });
    expect((await post(event(1))).body).toEqual({ status: 'RETRY' });
    expect(problems).toEqual(Array(2).fill({ source: SOURCE, problem: 'handler-failed', detail: failure }));
    handle = async () => undefined;
  });

  it.each([
    ['nothing', null],
    ['text', 'hello'],
    ['another source', event(1, { source: 'orders' })],
    ['no position', { ...event(1), feedposition: '1' }],
    ['no data', { ...event(1), data: undefined }],
  ])('of %s is dropped aloud, and does not stop the others', async (_, foreign) => {
    problems.length = 0;
    delivered.length = 0;
    expect((await post(bulk(foreign, event(30_001)))).body).toEqual({
      statuses: [
        { entryId: 'e0', status: 'DROP' },
        { entryId: 'e1', status: 'SUCCESS' },
      ],
    });
    expect(delivered).toEqual([[event(30_001)]]);
    expect(problems.map(({ problem }) => problem)).toEqual(['not-an-event']);
  });

  it('of a single event reaches the handler as a batch of one', async () => {
    delivered.length = 0;
    expect(await post(event(40_001))).toEqual({ status: 200, body: { status: 'SUCCESS' } });
    expect(delivered).toEqual([[event(40_001)]]);
  });
});
