import {
  Rejected,
  type Aggregate,
  type CommandContext,
  type CommandHandler,
  type Types,
} from '@bankside/kernel';
import { derivedCommandId } from '@bankside/std';

export type HoldingsClosure = Readonly<{
  customerId: string;
  closureId: string;
  /** A teller decided that money is paid out and open cards are closed. */
  forced: boolean;
}>;

/** Closes what a customer has in a service. */
export type Holdings<R extends string> = Readonly<{
  /** Closes all or nothing. Returns the first reason why it cannot. */
  close: (closure: HoldingsClosure, context: CommandContext) => Promise<Rejected<R> | undefined>;
  /** Reopens what this closure has closed, and makes its late commands be rejected. Never rejected. */
  reopen: (closure: Omit<HoldingsClosure, 'forced'>, context: CommandContext) => Promise<void>;
}>;

type HoldingsOptions<T extends Types> = Readonly<{
  aggregate: Aggregate<T>;
  handler: Pick<CommandHandler<T>, 'handle' | 'load'>;
  /** The ids of all aggregates of a customer, those that were committed a moment ago included. */
  idsOf: (customerId: string) => Promise<readonly string[]>;
  /** Accepted without effect by an aggregate that is closed. */
  close: (closure: HoldingsClosure) => T['command'];
  reopen: (closure: Omit<HoldingsClosure, 'forced'>) => T['command'];
}>;

export const holdings = <T extends Types>({
  aggregate,
  handler,
  idsOf,
  ...commands
}: HoldingsOptions<T>): Holdings<T['rejection']> => {
  const closeAll = async (
    ids: readonly string[],
    closure: HoldingsClosure,
    context: CommandContext,
  ): Promise<Rejected<T['rejection']> | undefined> => {
    for (const id of ids) {
      const commandId = derivedCommandId(context.commandId, id);
      const outcome = await handler.handle(id, commands.close(closure), { ...context, commandId });
      if (outcome.status === 'rejected') return new Rejected(outcome.reason);
    }
    return undefined;
  };

  const reopenAll = async (
    ids: readonly string[],
    closure: Omit<HoldingsClosure, 'forced'>,
    context: CommandContext,
  ): Promise<void> => {
    for (const id of ids) {
      const commandId = derivedCommandId(context.commandId, `reopen ${id}`);
      const outcome = await handler.handle(id, commands.reopen(closure), { ...context, commandId });
      if (outcome.status === 'rejected')
        throw new Error(`Reopening ${id} was rejected with ${outcome.reason}: a defect.`);
    }
  };

  return {
    close: async (closure, context) => {
      const open: string[] = [];
      for (const id of await idsOf(closure.customerId)) {
        const decided = aggregate.decide(commands.close(closure), (await handler.load(id)).state);
        if (decided instanceof Rejected) return decided;
        if (decided.length > 0) open.push(id);
      }
      const rejected = await closeAll(open, closure, context);
      if (rejected !== undefined) await reopenAll(open, closure, context); // One of them changed after the check.
      return rejected;
    },
    reopen: async (closure, context) => reopenAll(await idsOf(closure.customerId), closure, context),
  };
};
