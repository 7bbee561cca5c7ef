import type { EventEnvelope } from '@bankside/contracts';
import fc from 'fast-check';

/** Owners commit events, a message delivers some committed events, or a writer dies. */
export type Happening =
  | Readonly<{ what: 'commit'; events: number }>
  | Readonly<{ what: 'message'; picks: readonly number[] }>
  | Readonly<{ what: 'death'; after: number }>;

/**
 * Messages with anything that was ever committed, in any order: so some come twice, some late, some never. `deaths` is
 * how often a writer dies among a hundred happenings.
 */
export const happenings = (deaths: number): fc.Arbitrary<readonly Happening[]> =>
  fc.array(
    fc.oneof(
      {
        weight: 30,
        arbitrary: fc.record({
          what: fc.constant('commit' as const),
          events: fc.integer({ min: 1, max: 60 }),
        }),
      },
      {
        weight: 70 - deaths,
        arbitrary: fc.record({
          what: fc.constant('message' as const),
          picks: fc.array(fc.nat(9_999), { minLength: 1, maxLength: 12 }),
        }),
      },
      {
        weight: deaths,
        arbitrary: fc.record({ what: fc.constant('death' as const), after: fc.nat(20) }),
      },
    ),
    { minLength: 5, maxLength: 40 },
  );

/** One message per source with the picked events. Recent events are picked most often. */
export const messagesOf = (
  committed: readonly EventEnvelope[],
  picks: readonly number[],
): ReadonlyMap<string, readonly EventEnvelope[]> => {
  const messages = new Map<string, EventEnvelope[]>();
  for (const pick of picks) {
    const back = pick % 3 === 0 ? pick % committed.length : pick % Math.min(40, committed.length);
    const event = committed[committed.length - 1 - back]!;
    messages.set(event.source, [...(messages.get(event.source) ?? []), event]);
  }
  return messages;
};
