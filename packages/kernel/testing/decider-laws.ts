import { fold, Rejected, type Decider, type Message } from '../src/decider';

/**
 * Decides any sequence of commands and proves after each step what is true of every aggregate: a state survives JSON
 * (it is stored as a snapshot), and an accepted command decided again is accepted and adds nothing. `check` adds the invariants of one aggregate.
 */
export const assertDeciderLaws = <S, C extends Message, E extends Message, R extends string>(
  decider: Decider<S, C, E, R>,
  commands: readonly C[],
  check: (state: S, events: readonly E[]) => void,
): readonly E[] => {
  const events: E[] = [];
  let state = decider.initialState;
  for (const command of commands) {
    const decided = decider.decide(command, state);
    if (decided instanceof Rejected) continue;
    events.push(...decided);
    state = fold(decider, state, decided);
    expect(JSON.parse(JSON.stringify(state))).toStrictEqual(state);
    expect(decider.decide(command, state)).toEqual([]);
    check(state, events);
  }
  return events;
};
