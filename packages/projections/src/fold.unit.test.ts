import type { EventEnvelope } from '@bankside/contracts';
import fc from 'fast-check';
import { feedOf, type Fact } from '../testing/spec';
import { defineProjection } from './projection';
import { applyEvents } from './fold';
import { replayBlocked } from './replay';
import type { StoredDocument } from './checkpoints';
import { newDocument } from './stores/store';

/** A document that lists ids of its events. Its handler of withdrawals throws until it is fixed. */
const listing = (fixed: boolean) =>
  defineProjection<Readonly<{ reported: readonly string[] }>>({
    name: 'listing',
    collectionName: 'listings',
    version: 1,
    store: 'mongodb',
    sources: ['accounts'],
    keyOf: () => 'all',
    initial: () => ({ reported: [] }),
    apply: {
      'accounts.money-deposited.v1': ({ reported }, { data }) => ({
        reported: [...reported, data.depositId],
      }),
      'accounts.money-withdrawn.v1': ({ reported }, { data }) => {
        if (!fixed) throw new Error('no withdrawals');
        return { reported: [...reported, data.withdrawalId] };
      },
    },
  });
const broken = listing(false);
const fixed = listing(true);

const account = {
  accountNumber: '1000000017',
  customerId: 'ada',
  currency: 'EUR',
  amountCents: 1,
  balanceCents: 1,
};
const deposit = (depositId: string, stream: string): Fact => ({
  type: 'accounts.money-deposited.v1',
  data: { ...account, depositId },
  stream,
});
const withdrawal = (withdrawalId: string, stream: string): Fact => ({
  type: 'accounts.money-withdrawn.v1',
  data: { ...account, withdrawalId },
  stream,
});
const idsBy = ({ document }: StoredDocument) =>
  (document as Readonly<{ reported: readonly string[] }>).reported;

const events = feedOf([
  deposit('a1', 'a'),
  withdrawal('a2', 'a'),
  deposit('b1', 'b'),
  deposit('a3', 'a'),
  withdrawal('a4', 'a'),
  deposit('b2', 'b'),
]);
const ofA = { source: 'accounts', stream: 'a' };
const folded = applyEvents(broken, newDocument(broken, 'all'), events);
const eventsOf = (parked: typeof folded.parked) => parked.map(({ event }) => event);

describe('a document with an event that cannot be applied', () => {
  it('lacks that event and the rest of its stream, and has all others', () => {
    expect(idsBy(folded.stored)).toEqual(['a1', 'b1', 'b2']);
    expect(folded.parked.map(({ state, event }) => [state, event.feedposition])).toEqual([
      ['poison', 2],
      ['blocked', 4],
      ['blocked', 5],
    ]);
    expect(folded.stored.blocked).toEqual([{ source: 'accounts', stream: 'a', from: 2 }]);
  });

  it('has the rest of the stream, in order, after a replay by a fixed handler', () => {
    const { stored, done, failed } = replayBlocked(fixed, folded.stored, {
      ...ofA,
      events: eventsOf(folded.parked),
    });
    expect(idsBy(stored)).toEqual(['a1', 'b1', 'b2', 'a2', 'a3', 'a4']);
    expect(stored.blocked).toEqual([]);
    expect([done.length, failed]).toEqual([3, undefined]);
  });

  it('continues up to the next event that cannot be applied once the first is discarded', () => {
    const [, ...rest] = eventsOf(folded.parked);
    const { stored, done, failed } = replayBlocked(broken, folded.stored, { ...ofA, events: rest });
    expect(idsBy(stored)).toEqual(['a1', 'b1', 'b2', 'a3']);
    expect(stored.blocked).toEqual([{ source: 'accounts', stream: 'a', from: 5 }]);
    expect([done.length, failed?.event.feedposition]).toEqual([1, 5]);
  });

  it('applies parked events once when the replay is repeated after a crash', () => {
    const replay = { ...ofA, events: eventsOf(folded.parked) };
    const once = replayBlocked(fixed, folded.stored, replay);
    const twice = replayBlocked(fixed, once.stored, replay);
    expect(twice.stored).toEqual(once.stored);
    expect(twice.done).toHaveLength(3);
  });

  it('leaves an event that the writer has not offered yet to the feed', () => {
    const early = applyEvents(broken, newDocument(broken, 'all'), events.slice(0, 4));
    const replay = { ...ofA, events: eventsOf(folded.parked) };
    const replayed = replayBlocked(fixed, early.stored, replay);
    expect(idsBy(replayed.stored)).toEqual(['a1', 'b1', 'a2', 'a3']);
    expect(idsBy(applyEvents(fixed, replayed.stored, events).stored)).toEqual([
      'a1',
      'b1',
      'a2',
      'a3',
      'a4',
      'b2',
    ]);
  });

  it('applies each event once, in whatever overlapping batches they arrive', () =>
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(6), fc.nat(6))), (pieces) => {
        let stored = newDocument(fixed, 'all');
        let reached = 0;
        const give = (piece: readonly EventEnvelope[]): void => {
          stored = applyEvents(fixed, stored, piece).stored;
        };
        for (const [from, length] of pieces.filter(([from]) => from <= reached)) {
          give(events.slice(from, from + length));
          reached = Math.max(reached, Math.min(events.length, from + length));
        }
        give(events);
        expect(idsBy(stored)).toEqual(['a1', 'a2', 'b1', 'a3', 'a4', 'b2']);
      }),
    ));
});
