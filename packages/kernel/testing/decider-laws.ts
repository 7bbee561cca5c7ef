import { fold, Rejected, type Aggregate, type Types } from '../src';

/**
 * Decides a sequence of commands and asserts after each accepted one the laws of every aggregate: the state survives
 * JSON, since snapshots are stored as JSON, and deciding the command again is accepted and adds nothing. `check` asserts
 * the invariants of this aggregate. Returns all events. For property tests with jest.
 */
export const assertDeciderLaws = <T extends Types>(
  aggregate: Aggregate<T>,
  commands: readonly T['command'][],
  check: (state: T['state'], events: readonly T['event'][]) => void = () => undefined,
): readonly T['event'][] => {
  const events: T['event'][] = [];
  let state = aggregate.initialState;
  for (const command of commands) {
    const decided = aggregate.decide(command, state);
    if (decided instanceof Rejected) continue;
    events.push(...decided);
    state = fold(aggregate, state, decided);
    expect(JSON.parse(JSON.stringify(state))).toStrictEqual(state);
    expect(aggregate.decide(command, state)).toEqual([]);
    check(state, events);
  }
  return events;
};
