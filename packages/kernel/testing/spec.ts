import { fold, Rejected, type Aggregate, type Types } from '../src';

/** `given(history).when(command).then(events)`: one rule as one test, for jest. */
export const specFor =
  <T extends Types>(aggregate: Aggregate<T>) =>
  (...history: readonly T['event'][]) => ({
    when: (command: T['command']) => {
      const state = fold(aggregate, aggregate.initialState, history);
      const outcome = aggregate.decide(command, state);
      return {
        then: (...events: readonly T['event'][]) => {
          expect(outcome).toEqual(events);
          if (outcome instanceof Rejected) return;
          // Every command is idempotent: deciding it again adds nothing.
          const again = aggregate.decide(command, fold(aggregate, state, outcome));
          expect(again instanceof Rejected ? [] : again).toEqual([]);
        },
        thenNothing: () => expect(outcome).toEqual([]),
        thenRejected: (reason: T['rejection']) => expect(outcome).toEqual(new Rejected(reason)),
      };
    },
    thenState: (state: T['state']) => expect(fold(aggregate, aggregate.initialState, history)).toEqual(state),
  });
