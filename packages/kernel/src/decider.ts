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

/** Says that a rule refused a command. It is an answer, not an error; `reason` comes from a closed list per aggregate. */
export class Rejected<R extends string = string> {
  constructor(readonly reason: R) {}
}

export const reject = <const R extends string>(reason: R): Rejected<R> => new Rejected(reason);

/** The whole behaviour of an aggregate as three values. `decide` and `evolve` are pure: no clock, no I/O, no random. */
export type Decider<S, C extends Message, E extends Message, R extends string> = Readonly<{
  initialState: S;
  decide: (command: C, state: S) => readonly E[] | Rejected<R>;
  evolve: (state: S, event: E) => S;
}>;

export const fold = <S, E extends Message>(
  { evolve }: Readonly<{ evolve: (state: S, event: E) => S }>,
  state: S,
  events: readonly E[],
): S => events.reduce<S>(evolve, state);

/** Makes a forgotten case of a union a compile error, and a corrupt stream a throw. */
export const assertNever = (value: never): never => {
  throw new Error(`Unexpected: ${JSON.stringify(value)}`);
};
