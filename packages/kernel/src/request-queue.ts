import type { Settle } from '@bankside/std/batches';
import type { Rejected, Types } from './decider';
import { VersionConflict } from './event-store';
import type { CommandContext, Outcome } from './stream-writer';

/**
 * Makes a command from what the domain does not know, such as prices, or rejects it. Its rejection is recorded like one of
 * the decider. Runs only if the command id has no outcome yet, or, in an aggregate that has `begunBy`, if the stream is not
 * cached: then first with the initial state. May run again after a conflict with another writer.
 */
export type PrepareCommand<T extends Types, R extends string = never> = (
  state: T['state'],
) => Promise<T['command'] | Rejected<T['rejection'] | R>>;

export type Request<T extends Types> = Readonly<{
  command: T['command'] | PrepareCommand<T, string>;
  context: CommandContext;
}>;

/** `alone`: not together with others, one of which was in conflict. */
export type Waiting<T extends Types> = Request<T> & Settle<Outcome<T, string>> & Readonly<{ alone: boolean }>;

type QueueOptions<T extends Types, A> = Readonly<{
  /** The first of the requests that can be appended together; none if the first one needs a read. */
  decide: (stream: string, waiting: readonly Waiting<T>[]) => readonly A[];
  /** Returns undefined if several were appended together and one of them was in conflict. */
  settle: (
    stream: string,
    batch: readonly Request<T>[],
    accepted: readonly A[],
  ) => Promise<readonly Outcome<T, string>[] | undefined>;
  onOutage: (stream: string) => void;
}>;

/** Settles the requests to one stream in their order, and together what can be decided while they wait. */
export const requestQueue = <T extends Types, A>({ decide, settle, onOutage }: QueueOptions<T, A>) => {
  const queues = new Map<string, Waiting<T>[]>();

  const settleNext = async (stream: string, waiting: Waiting<T>[]): Promise<void> => {
    const accepted = decide(stream, waiting);
    const batch = waiting.splice(0, Math.max(accepted.length, 1));
    try {
      const outcomes = await settle(stream, batch, accepted);
      if (outcomes === undefined) waiting.unshift(...batch.map((one) => ({ ...one, alone: true })));
      else for (const [index, { resolve }] of batch.entries()) resolve(outcomes[index]!);
    } catch (error) {
      if (!(error instanceof VersionConflict)) onOutage(stream);
      for (const { reject } of batch) reject(error);
    }
  };

  const settleAll = async (stream: string, waiting: Waiting<T>[]): Promise<void> => {
    while (waiting.length > 0) await settleNext(stream, waiting);
    queues.delete(stream);
  };

  return (stream: string, request: Waiting<T>): void => {
    const waiting = queues.get(stream);
    if (waiting !== undefined) return void waiting.push(request);
    const started = [request];
    queues.set(stream, started);
    void settleAll(stream, started);
  };
};
