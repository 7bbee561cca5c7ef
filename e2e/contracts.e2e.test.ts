import type { ApiClient } from '@bankside/client';
import { eventEnvelope, contracts, type EventEnvelope } from '@bankside/contracts';
import type { z } from 'zod';
import { shop, signInAs, throughSidecar } from './shop';

// Every event that the owners have really published, by all tests before this one too, is what its contract says.

describe('the feeds', () => {
  let api: ApiClient;
  beforeAll(async () => {
    api = await signInAs({ role: ['teller', 'operator'] });
    const buyer = await shop(api).buyer(1_000);
    await shop(api).order(buyer, await shop(api).product(100, 5), 1);
    await shop(api).order(buyer, await shop(api).product(100_000, 5), 1);
  });
  afterAll(() => api.close());

  const feedOf = async (owner: string): Promise<EventEnvelope[]> => {
    const path = `invoke/${owner}/method/feed`;
    const events: EventEnvelope[] = [];
    for (let after = 0, head = 1; after < head;) {
      const answer = await throughSidecar(owner, `${path}?partition=0&limit=500&flushed=true&after=${after}`);
      const page = (await answer.json()) as { events: EventEnvelope[]; head: number };
      events.push(...page.events);
      head = page.head;
      after = page.events.at(-1)?.feedposition ?? head;
    }
    return events;
  };

  it.each(Object.entries(contracts))(
    'of %s hold what the contract says, and nothing more',
    async (owner, schemas) => {
      const events = await feedOf(owner);
      for (const event of events) {
        const schema = (schemas as Record<string, z.ZodObject>)[event.type];
        expect([event.id, schema]).toEqual([event.id, expect.anything()]);
        expect(eventEnvelope.strict().parse(event)).toEqual(event);
        expect(schema!.strict().parse(event.data)).toEqual(event.data);
      }
      const positions = events.map(({ feedposition }) => feedposition);
      expect(positions).toEqual(positions.map((_position, index) => index + 1));
    },
  );
});
