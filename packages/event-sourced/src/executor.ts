import type { CommandHandler, Types } from '@bankside/kernel';
import type { Request, Response } from 'express';
import { commandContext } from './command-context';
import { replyTo, type HttpTypes, type Reply } from './reply';

export type ExecutorOptions<T extends HttpTypes> = Readonly<{
  service: string;
  handler: CommandHandler<T>;
  now: () => Date;
}>;

/** What a route asks for. `body` makes the answer from the events, which a command that changes nothing has none of. */
export type Execution<T extends Types> = Readonly<{ id: string; command: T['command'] }> &
  Partial<Reply<T['event']>>;

/** Hands a request's command to the aggregate `id` and answers with what became of it. */
export const executor =
  <T extends HttpTypes>({ service, handler, now }: ExecutorOptions<T>) =>
  async (
    req: Request,
    res: Response,
    { id, command, status = 200, body = () => ({}) }: Execution<T>,
  ): Promise<void> => {
    const outcome = await handler.handle(id, command, commandContext(req, now));
    replyTo(res, outcome, { service, reply: { status, body } });
  };
