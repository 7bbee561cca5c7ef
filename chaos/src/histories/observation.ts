/**
 * One completed call of a client about one register: an account whose value is its balance. Times are milliseconds of one
 * clock, that of the run.
 */
export type Observation = Readonly<{
  client: string;
  begunMs: number;
  endedMs: number;
  register: string;
  /** `write` and `read` are of the owner; `view` is a read of derived data. */
  action: 'write' | 'read' | 'view';
  /** The revision in the response; views have none. */
  revision?: number;
  value?: number;
  /** The revision in the `Consistency-Token` or `If-Match` that the call carried. */
  known?: number;
  /** Whether `known` was a condition of the write. */
  conditional?: boolean;
}>;

/** The value of a register after each of its revisions, from the stored commits. */
export type Versions = ReadonlyMap<string, ReadonlyMap<number, number>>;

export const textOfObservation = ({ client, action, register, revision, value }: Observation): string =>
  `${client}'s ${action} of ${register}${revision === undefined ? '' : `@${revision}`}${value === undefined ? '' : ` = ${value}`}`;
