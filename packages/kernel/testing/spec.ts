import { fold, Rejected, type Decider, type Message } from '../src/decider';

/** `given(history).when(command).then(events)`: a rule as a test. For jest. */
export const specFor =
  <S, C extends Message, E extends Message, R extends string>(decider: Decider<S, C, E, R>) =>
  (...history: readonly E[]) => ({
    when: (command: C) => {
      const state = fold(decider, decider.initialState, history);
      const outcome = decider.decide(command, state);
      return {
        then: (...events: readonly E[]) => {
          expect(outcome).toEqual(events);
          if (outcome instanceof Rejected) return;
          const after = fold(decider, state, outcome);
          const again = decider.decide(command, after);
          // Deciding the same command twice adds nothing: the rule of every command here.
          expect(again instanceof Rejected ? [] : again).toEqual([]);
        },
        thenNothing: () => expect(outcome).toEqual([]),
        thenRejected: (reason: R) => expect(outcome).toEqual(new Rejected(reason)),
      };
    },
    thenState: (state: S) => expect(fold(decider, decider.initialState, history)).toEqual(state),
  });
