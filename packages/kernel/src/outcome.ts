import type { Message } from './decider';

/** Which request this is, from the edge: the domain knows neither clock nor ids. */
export type CommandContext = Readonly<{
  /** Unique for ever for one request; a repeat carries the same. */
  commandId: string;
  /** Digest of what was asked, so that an id used for something else is noticed. */
  fingerprint: string;
  /** ISO 8601 UTC. */
  at: string;
  /** The revision that the caller has seen, when the command is meant for that one only. */
  expectedRevision?: number;
  actor?: string;
  trace?: string;
}>;

/** What became of a command. `revision` is that of the stream after it; `repeated` says that this is the first answer, again. */
export type Outcome<E extends Message, R extends string> = Readonly<
  | { status: 'accepted'; stream: string; revision: number; events: readonly E[]; repeated: boolean }
  | { status: 'rejected'; stream: string; revision: number; reason: R; repeated: boolean }
  | { status: 'id-reused' }
  | { status: 'revision-differs'; stream: string; revision: number }
>;
