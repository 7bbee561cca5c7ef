import { randomUUID } from 'node:crypto';
import type { ApiClient } from '@bankside/client';
import { eventEnvelope, contracts, type EventEnvelope, type FeedPage } from '@bankside/contracts';
import type * as z from 'zod';
import { shop, signInAs, throughSidecar } from './shop';

// Every event that the owners have published, including those of earlier tests, satisfies its contract.

describe('the feed', () => {
  let api: ApiClient;
  beforeAll(async () => {
    api = await signInAs({ role: ['teller', 'operator'] });
    const buyer = await shop(api).buyer(1_000);
    await shop(api).order(buyer, await shop(api).product(100, 5), 1);
    await shop(api).order(buyer, await shop(api).product(100_000, 5), 1);
    for (const [what, body] of [
      ['cards', {}],
      ['loans', { totalCents: 1_000 }],
    ] as const)
      expect((await api.post(`/api/customers/${buyer.customerId}/${what}`, randomUUID(), body)).status).toBe(
        201,
      );
  });
  afterAll(() => api.close());

  /** The events of each partition. */
  const feedOf = async (owner: string): Promise<EventEnvelope[][]> => {
    const feed: EventEnvelope[][] = [];
    for (let partition = 0, partitions = 1; partition < partitions; partition += 1) {
      const events: EventEnvelope[] = [];
      for (let after = 0, head = 1; after < head;) {
        const query = `partition=${partition}&limit=500&flushed=true&after=${after}`;
        const response = await throughSidecar('projection', `invoke/${owner}/method/feed?${query}`);
        const page = (await response.json()) as FeedPage;
        events.push(...page.events);
        ({ head, partitions } = page);
        after = page.events.at(-1)?.feedposition ?? head;
      }
      feed.push(events);
    }
    return feed;
  };

  it.each(Object.entries(contracts))(
    'of %s has only events that satisfy their contracts, without additional members',
    async (owner, schemas) => {
      const feed = await feedOf(owner);
      expect(feed.flat()).not.toHaveLength(0);
      for (const event of feed.flat()) {
        const schema = (schemas as Record<string, z.ZodObject>)[event.type];
        expect([event.id, schema]).toEqual([event.id, expect.anything()]);
        expect(eventEnvelope.strict().parse(event)).toEqual(event);
        expect(schema!.strict().parse(event.data)).toEqual(event.data);
      }
      const positions = feed.map((events) => events.map(({ feedposition }) => feedposition));
      expect(positions).toEqual(feed.map((events) => events.map((_event, index) => index + 1)));
    },
  );
});
