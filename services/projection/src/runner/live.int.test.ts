import type { FeedEvent } from '@bankside/feed';
import { sharedAddress } from '@bankside/tools';
import { createConnection } from 'mongoose';
import { mongoStore } from '../store/mongo-store';
import { feedOf, foldAll } from '../testing';
import { orderStatus } from '../views/order-status';
import { live } from './live';
import { history } from '../fixtures';

describe('views that follow the feeds', () => {
  const connection = createConnection();
  const database = `live_${process.pid}_${Date.now()}`;
  beforeAll(async () => {
    await connection.openUri(`${sharedAddress('MONGODB')}/${database}`, { bufferCommands: false });
  });
  afterAll(async () => {
    await connection.dropDatabase();
    await connection.close();
  });

  it('end as the plain fold although messages are lost, doubled and in disorder', async () => {
    const events = feedOf(history(30));
    const store = mongoStore(connection, async () => undefined);
    const generation = { view: orderStatus, number: 1 };
    await store.install(generation);
    const pull = (source: string) => async (request: Readonly<{ after: number; limit: number }>) => {
      const feed = events.filter((event) => event.source === source);
      return {
        events: feed.slice(request.after, request.after + request.limit),
        head: feed.length,
        partitions: 1,
      };
    };
    const running = live({
      generations: [generation],
      store,
      pull,
      now: () => new Date(),
      onError: (error) => {
        throw error;
      },
    });
    const deliver = (event: FeedEvent) => running.deliver(event.source)([event]);
    const survivors = events.filter((_event, index) => index % 7 !== 0);
    await Promise.all([...survivors, ...survivors].reverse().map(deliver));
    await running.catchUp();
    await running.stop();
    for (const [key, document] of foldAll(orderStatus, events))
      expect(await store.get(generation, key)).toEqual(document);
  });
});
