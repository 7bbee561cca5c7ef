import type { CausalContext } from '@bankside/std';
import type { Types } from './decider';

/** The request behind a command. It is passed in, since the domain has neither a clock nor a source of ids. */
export type CommandContext = CausalContext &
  Readonly<{
    /** Unique per request; a repeat of the request carries the same one. */
    commandId: string;
    /** Digest of the request, to detect a command id that is reused for a different one. */
    fingerprint: string;
    /** When the request arrived, ISO 8601 UTC. */
    at: string;
    /** The command applies only if the stream is at one of these revisions; `any`: if it has commits. */
    expectedRevisions?: readonly number[] | 'any';
    /** Returns the reason to reject the command before it is decided, unless its id has an outcome. For fault injection. */
    veto?: () => string | undefined;
    /** The subject of the caller's token. */
    actor?: string;
  }>;

type Position = Readonly<{ stream: string; revision: number }>;
type Repeatable = Position & Readonly<{ repeated: boolean }>;

/** The result of a command. `R`: rejections of a use case, beside those of the aggregate. `revision` is that of the stream after it; `repeated` marks the recorded outcome of a repeat. */
export type Outcome<T extends Types, R extends string = never> = Readonly<
  | (Repeatable & { status: 'accepted'; events: readonly T['event'][] })
  /** There was nothing to do: no commit was made. */
  | (Repeatable & { status: 'unchanged' })
  | (Repeatable & { status: 'rejected'; reason: T['rejection'] | R })
  /** The command id belongs to a different request. */
  | { status: 'id-reused' }
  /** The revision of the stream is none of `expectedRevisions`. */
  | (Position & { status: 'revision-differs' })
>;
