import type { EventEnvelope } from '@bankside/contracts';
import fc from 'fast-check';
import { feedOf, type Fact } from '../testing/spec';
import { defineProjection } from './projection';
import { applyEvents, replayBlocked } from './fold';
import { newDocument } from './stores/store';
import type { StoredDocument } from './checkpoints';

/** A document that lists what it was told, and cannot bear a withdrawal until it is mended. */
const listing = (mended: boolean) =>
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
        if (!mended) throw new Error('no withdrawals');
        return { reported: [...reported, data.withdrawalId] };
      },
    },
  });
const broken = listing(false);
const mended = listing(true);

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
const toldBy = ({ document }: StoredDocument) =>
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
    expect(toldBy(folded.stored)).toEqual(['a1', 'b1', 'b2']);
    expect(folded.parked.map(({ state, event }) => [state, event.feedposition])).toEqual([
      ['poison', 2],
      ['blocked', 4],
      ['blocked', 5],
    ]);
    expect(folded.stored.blocked).toEqual([{ source: 'accounts', stream: 'a', from: 2 }]);
  });

  it('has the rest of the stream in order after a replay by what can apply it', () => {
    const { stored, done, failed } = replayBlocked(mended, folded.stored, {
      ...ofA,
      events: eventsOf(folded.parked),
    });
    expect(toldBy(stored)).toEqual(['a1', 'b1', 'b2', 'a2', 'a3', 'a4']);
    expect(stored.blocked).toEqual([]);
    expect([done.length, failed]).toEqual([3, undefined]);
  });

  it('goes on up to the next event that cannot be applied, once the first is given up', () => {
    const [, ...rest] = eventsOf(folded.parked);
    const { stored, done, failed } = replayBlocked(broken, folded.stored, { ...ofA, events: rest });
    expect(toldBy(stored)).toEqual(['a1', 'b1', 'b2', 'a3']);
    expect(stored.blocked).toEqual([{ source: 'accounts', stream: 'a', from: 5 }]);
    expect([done.length, failed?.event.feedposition]).toEqual([1, 5]);
  });

  it('applies what was put aside once, although the replay is repeated after a crash', () => {
    const letters = { ...ofA, events: eventsOf(folded.parked) };
    const once = replayBlocked(mended, folded.stored, letters);
    const twice = replayBlocked(mended, once.stored, letters);
    expect(twice.stored).toEqual(once.stored);
    expect(twice.done).toHaveLength(3);
  });

  it('leaves an event that it has not been offered yet to the feed', () => {
    const early = applyEvents(broken, newDocument(broken, 'all'), events.slice(0, 4));
    const letters = { ...ofA, events: eventsOf(folded.parked) };
    const replayed = replayBlocked(mended, early.stored, letters);
    expect(toldBy(replayed.stored)).toEqual(['a1', 'b1', 'a2', 'a3']);
    expect(toldBy(applyEvents(mended, replayed.stored, events).stored)).toEqual([
      'a1',
      'b1',
      'a2',
      'a3',
      'a4',
      'b2',
    ]);
  });

  it('takes each event once, in whatever overlapping pieces they come', () =>
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(6), fc.nat(6))), (pieces) => {
        let stored = newDocument(mended, 'all');
        let reached = 0;
        const give = (piece: readonly EventEnvelope[]): void => {
          stored = applyEvents(mended, stored, piece).stored;
        };
        for (const [from, length] of pieces.filter(([from]) => from <= reached)) {
          give(events.slice(from, from + length));
          reached = Math.max(reached, Math.min(events.length, from + length));
        }
        give(events);
        expect(toldBy(stored)).toEqual(['a1', 'a2', 'b1', 'a3', 'a4', 'b2']);
      }),
    ));
});
