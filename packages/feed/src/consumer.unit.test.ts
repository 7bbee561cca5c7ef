import fc from 'fast-check';
import { consumer } from './consumer';
import type { EventEnvelope } from '@bankside/contracts';
import { feedEvents } from '../testing/feed-events';
import type { PageRequest } from './feed-page';
import { PositionMoved, type Sink } from './feed-subscription';

const PARTITIONS = 2;
const EVENTS = 60;
const feeds = Array.from({ length: PARTITIONS }, (_, partition) => feedEvents(1, EVENTS, { partition }));
const now = () => new Date('2026-01-01T00:00:05.000Z');

type Trouble = 'none' | 'refused' | 'response lost';

/** A feed and a sink whose calls fail as the test draws; once the draws are used up, every call succeeds. */
const world = (troubles: readonly Trouble[]) => {
  const applied: EventEnvelope[][] = feeds.map(() => []);
  const heads = feeds.map(() => 0);
  let turn = 0;
  let largest = 0;
  const troubled = async <T>(work: () => T): Promise<T> => {
    const trouble = troubles[(turn += 1) - 1] ?? 'none';
    for (let tick = 0; tick < turn % 4; tick += 1) await Promise.resolve();
    if (trouble === 'refused') throw new Error('outage');
    const result = work();
    await Promise.resolve();
    if (trouble === 'response lost') throw new Error('outage');
    return result;
  };
  const sink: Sink = {
    position: (partition) => troubled(() => applied[partition]!.length),
    apply: (partition, events, { from, to }) =>
      troubled(() => {
        if (applied[partition]!.length !== from) throw new PositionMoved();
        expect(to - from).toBe(events.length);
        largest = Math.max(largest, events.length);
        applied[partition]!.push(...events);
      }),
  };
  const pulls: PageRequest[] = [];
  const pull = (request: PageRequest) =>
    troubled(() => {
      pulls.push(request);
      const { partition, after, limit } = request;
      const head = heads[partition]!;
      return {
        events: feeds[partition]!.slice(after, Math.min(head, after + limit)),
        head,
        partitions: PARTITIONS,
      };
    });
  const replica = (gapTimeoutMs = 0) =>
    consumer({ source: 'accounts', pull, sink, now, onError: () => undefined, test: { gapTimeoutMs } });
  const grow = (partition: number, to: number) => {
    heads[partition] = Math.max(heads[partition]!, to);
  };
  return { applied, replica, grow, pulls, largest: () => largest, heads };
};

const delivery = fc.record({
  replica: fc.nat(1),
  partition: fc.nat(PARTITIONS - 1),
  positions: fc.array(fc.integer({ min: 1, max: EVENTS }), { minLength: 1, maxLength: 12 }),
  awaited: fc.boolean(),
});

describe('a consumer', () => {
  it('applies each event once and in order, whatever is lost, duplicated, reordered or fails', async () => {
    const trouble = fc.constantFrom<Trouble>('none', 'none', 'refused', 'response lost');
    await fc.assert(
      fc.asyncProperty(
        fc.array(delivery, { maxLength: 20 }),
        fc.array(trouble),
        async (deliveries, troubles) => {
          const { applied, replica, grow, heads } = world(troubles);
          const replicas = [replica(), replica()];
          const open: Promise<void>[] = [];
          for (const { replica: one, partition, positions, awaited } of deliveries) {
            const highest = Math.max(...positions);
            grow(partition, highest);
            const events = positions.map((position) => feeds[partition]![position - 1]!);
            const delivered = replicas[one]!.deliver(events).then(
              () => expect(applied[partition]!.length).toBeGreaterThanOrEqual(highest), // Acknowledged, so durable.
              (error: Error) => expect(error.message).toBe('outage'),
            );
            open.push(delivered);
            if (awaited) await delivered;
          }
          await Promise.all(open);
          for (let left = troubles.length; left >= 0; left -= 1)
            await replicas[left % 2]!.catchUp().catch(() => undefined);
          await replicas[0]!.catchUp();
          expect(applied).toEqual(feeds.map((feed, partition) => feed.slice(0, heads[partition])));
        },
      ),
      { numRuns: 300 },
    );
  });

  it('pulls nothing if no event is missing', async () => {
    const { applied, replica, grow, pulls } = world([]);
    grow(0, 20);
    const one = replica();
    await one.deliver(feedEvents(1, 10).toReversed());
    await one.deliver(feedEvents(8, 20));
    expect(applied[0]).toEqual(feeds[0]!.slice(0, 20));
    expect(pulls).toEqual([]);
  });

  it('waits a moment for a gap to close through its own deliveries or another replica', async () => {
    const { applied, replica, grow, pulls } = world([]);
    grow(0, 30);
    const [one, other] = [replica(50), replica(500)];
    await Promise.all([
      one.deliver(feedEvents(11, 20)),
      other.deliver(feedEvents(21, 30)),
      one.deliver(feedEvents(1, 10)),
    ]);
    expect(applied[0]).toEqual(feeds[0]!.slice(0, 30));
    expect(pulls).toEqual([]);
  });

  it('applies queued deliveries in one batch', async () => {
    const { replica, grow, largest } = world([]);
    grow(0, 30);
    const one = replica();
    await Promise.all(feeds[0]!.slice(0, 30).map((event) => one.deliver([event])));
    expect(largest()).toBe(29);
  });

  it('catches up with everything the feed holds at the call, and pulls once for all waiting callers', async () => {
    const { applied, replica, grow, pulls } = world([]);
    grow(0, 5);
    const one = replica();
    const first = one.catchUp();
    grow(0, 6);
    const others = [one.catchUp(), one.catchUp(), one.catchUp()];
    await first;
    await Promise.all(others);
    expect(applied[0]).toHaveLength(6);
    expect(pulls.filter(({ partition }) => partition === 0).length).toBeLessThanOrEqual(3);
  });

  it('reports its lag, and rejects a feed that ends before the checkpoint', async () => {
    const { replica, grow } = world([]);
    grow(0, 4);
    const one = replica();
    await one.catchUp();
    expect(one.lag()).toEqual([
      { source: 'accounts', partition: 0, position: 4, head: 4, events: 0, seconds: 0, state: 'current' },
      { source: 'accounts', partition: 1, position: 0, head: 0, events: 0, seconds: 0, state: 'current' },
    ]);
    const restored = consumer({
      source: 'accounts',
      sink: { position: async () => 4, apply: async () => undefined },
      pull: async () => ({ events: [], head: 3, partitions: 1 }),
      now,
      onError: () => undefined,
    });
    await expect(restored.catchUp()).rejects.toThrow('ends at 3, below the checkpoint 4');
  });

  it('checks the feed seldom while nothing happens, and soon after an error', async () => {
    jest.useFakeTimers();
    try {
      const { applied, replica, grow, pulls } = world([]);
      const one = replica();
      const checks = () => pulls.filter(({ partition }) => partition === 0).length;
      one.start();
      await jest.advanceTimersByTimeAsync(600_000);
      const before = checks();
      await jest.advanceTimersByTimeAsync(300_000);
      expect(checks() - before).toBeGreaterThanOrEqual(16);
      expect(checks() - before).toBeLessThanOrEqual(27);
      await expect(one.advanceTo(0, 1)).rejects.toThrow('no position 1');
      grow(0, 1);
      await jest.advanceTimersByTimeAsync(3_000);
      expect(applied[0]).toHaveLength(1);
      await one.stop();
    } finally {
      jest.useRealTimers();
    }
  });

  it('rejects events of another source', async () => {
    const { replica } = world([]);
    await expect(replica().deliver(feedEvents(1, 1, { source: 'cards' }))).rejects.toThrow('cards/0/1');
  });

  it('buffers a bounded number of events and pulls the others', async () => {
    const many = feedEvents(1, 12_000);
    let position = 0;
    let release: () => void = () => undefined;
    const blocked = new Promise<void>((resolve) => (release = resolve));
    const one = consumer({
      source: 'accounts',
      sink: {
        position: async () => position,
        apply: async (_, events, { from, to }) => {
          await blocked;
          expect(events[0]?.feedposition).toBe(from + 1);
          position = to;
        },
      },
      pull: async ({ after, limit }) => ({
        events: many.slice(after, after + limit),
        head: many.length,
        partitions: 1,
      }),
      now,
      onError: () => undefined,
    });
    const all = Array.from({ length: 24 }, (_, index) =>
      one.deliver(many.slice(index * 500, (index + 1) * 500)),
    );
    release();
    await Promise.all(all);
    expect(position).toBe(12_000);
  });
});
