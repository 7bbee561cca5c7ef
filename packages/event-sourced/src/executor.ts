import type { CommandHandler, Message } from '@bankside/kernel';
import type { Request, Response } from 'express';
import { commandContext } from './command-context';
import { replyTo, type Reply } from './reply';

export type ExecutorOptions<S, C extends Message, E extends Message, R extends string> = Readonly<{
  service: string;
  handler: CommandHandler<S, C, E, R>;
  /** A new rejection does not compile until somebody has decided its status. */
  statusOf: Readonly<Record<R, number>>;
  now: () => Date;
}>;

/** What a route asks for. `body` makes the answer from the events, which a command that changes nothing has none of. */
export type Execution<C, E> = Readonly<{ id: string; command: C }> & Partial<Reply<E>>;

/** Hands a request's command to the aggregate `id` and answers with what became of it. */
export const executor =
  <S, C extends Message, E extends Message, R extends string>({
    service,
    handler,
    statusOf,
    now,
  }: ExecutorOptions<S, C, E, R>) =>
  async (
    req: Request,
    res: Response,
    { id, command, status = 200, body = () => ({}) }: Execution<C, E>,
  ): Promise<void> => {
    const outcome = await handler.handle(id, command, commandContext(req, now));
    replyTo(res, outcome, { service, statusOf, reply: { status, body } });
  };
