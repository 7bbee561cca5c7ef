/** A command or an event: a name and plain JSON. */
export type Message = Readonly<{ type: string; data: object }>;

/** The data of a command without parameters. */
export type Empty = Readonly<Record<never, never>>;

/** The data of one type of a union of messages. */
export type DataOf<M extends Message, Type extends M['type']> = M extends Message
  ? Type extends M['type']
    ? M['data']
    : never
  : never;

/** The four types of an aggregate: its state, the unions of its commands and events, and its closed list of rejections. */
export type Types = Readonly<{ state: unknown; command: Message; event: Message; rejection: string }>;

/** The result of a command that a rule rejects. A value, not an error; `reason` is one of the aggregate's closed list. */
export class Rejected<R extends string = string> {
  constructor(readonly reason: R) {}
}

export const reject = <const R extends string>(reason: R): Rejected<R> => new Rejected(reason);

/** The whole behaviour of an aggregate. `decide` and `evolve` are pure: no clock, no I/O, no randomness. */
export type Decider<T extends Types> = Readonly<{
  initialState: T['state'];
  decide: (command: T['command'], state: T['state']) => readonly T['event'][] | Rejected<T['rejection']>;
  evolve: (state: T['state'], event: T['event']) => T['state'];
}>;

export const fold = <S, E extends Message>(
  { evolve }: Readonly<{ evolve: (state: S, event: E) => S }>,
  state: S,
  events: readonly E[],
): S => events.reduce<S>(evolve, state);

/** Turns a missing case of a union into a compile error; throws if an unknown value arrives at run time. */
export const assertNever = (value: never): never => {
  throw new Error(`Unexpected: ${JSON.stringify(value)}`);
};
