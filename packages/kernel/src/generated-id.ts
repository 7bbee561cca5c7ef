import type { Aggregate } from './aggregate';
import { derivedCommandId } from '@bankside/std';
import type { CommandHandler } from './command-handler';
import type { Rejected, Types } from './decider';
import type { CommandContext, Outcome } from './stream-writer';

/** With millions of ten-digit numbers in use, two in ten thousand generated ones are taken. */
const ATTEMPTS = 5;

export type Creation<T extends Types, R extends string = never> = Readonly<{
  /** Derives an id from a seed, so that a repeat of the request generates the same ids. */
  generate: (seed: string) => string;
  command: (id: string) => T['command'];
  /** The rejection of an id that is in use; another one is generated then. */
  taken: T['rejection'];
  /** Checked before each attempt that has no outcome yet. */
  rejection?: () => Promise<Rejected<R> | undefined>;
}>;

/**
 * Creates an aggregate under a generated id that is not in use. The first attempt has the command id of the request, so
 * that a reused one is detected. Returns the rejection `taken` if every attempt collides.
 */
export const createWithGeneratedId = async <T extends Types, R extends string = never>(
  { handle }: Pick<CommandHandler<T>, 'handle'>,
  { generate, command, taken, rejection = async () => undefined }: Creation<T, R>,
  context: CommandContext,
): Promise<Outcome<T, R>> => {
  for (let attempt = 0; ; attempt += 1) {
    const commandId =
      attempt === 0 ? context.commandId : derivedCommandId(context.commandId, String(attempt));
    const id = generate(commandId);
    const outcome = await handle<R>(id, async () => (await rejection()) ?? command(id), {
      ...context,
      commandId,
    });
    const isTaken = outcome.status === 'rejected' && outcome.reason === taken;
    if (!isTaken || attempt === ATTEMPTS - 1) return outcome;
  }
};

/** The id of the aggregate that a stream belongs to. */
export const idOf = ({ streamOf }: Pick<Aggregate<Types>, 'streamOf'>, stream: string): string =>
  stream.slice(streamOf('').length);
