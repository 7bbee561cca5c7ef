import type { Aggregate } from './aggregate';
import type { CommandHandler } from './command-handler';
import type { Types } from './decider';
import type { CommandContext, Outcome } from './outcome';

/** With millions of ten-digit numbers in use, two in ten thousand generated ones are taken. */
const ATTEMPTS = 5;

export type Creation<T extends Types> = Readonly<{
  /** Derives an id from a seed, so that a repeat of the request generates the same ids. */
  generate: (seed: string) => string;
  command: (id: string) => T['command'];
  /** The rejection of an id that is in use; another one is generated then. */
  taken: T['rejection'];
}>;

/** Creates an aggregate under a generated id that is not in use. Returns the rejection `taken` if every attempt collides. */
export const createWithGeneratedId = async <T extends Types>(
  { handle }: CommandHandler<T>,
  { generate, command, taken }: Creation<T>,
  context: CommandContext,
): Promise<Outcome<T>> => {
  for (let attempt = 0; ; attempt += 1) {
    const commandId = `${context.commandId}/${attempt}`;
    const id = generate(commandId);
    const outcome = await handle(id, command(id), { ...context, commandId });
    const isTaken = outcome.status === 'rejected' && outcome.reason === taken;
    if (!isTaken || attempt === ATTEMPTS - 1) return outcome;
  }
};

/** The id of the aggregate that a stream belongs to. */
export const idOf = ({ streamOf }: Pick<Aggregate<Types>, 'streamOf'>, stream: string): string =>
  stream.slice(streamOf('').length);
