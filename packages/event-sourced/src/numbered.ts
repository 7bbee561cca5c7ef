import type { Request, Response } from 'express';
import { commandContext } from './command-context';
import type { ExecutorOptions } from './executor';
import { rejection } from '@bankside/http';
import { replyTo, type HttpTypes } from './reply';

/** Draws of a number before giving up. With millions of ten-digit numbers given out, two in ten thousand draws collide. */
const DRAWS = 5;

export type Numbering<T extends HttpTypes> = Readonly<{
  /** A number made from a seed: a retry of the request draws the same ones. */
  draw: (seed: string) => string;
  command: (number: string) => T['command'];
  /** The rejection of a number that somebody has. */
  taken: T['rejection'];
  body: (number: string) => object;
}>;

/** Hands a request's command to an aggregate that does not exist yet, under a number that nobody has. */
export const numberedExecutor =
  <T extends HttpTypes>({ service, handler, now }: ExecutorOptions<T>) =>
  async (req: Request, res: Response, { draw, command, taken, body }: Numbering<T>): Promise<void> => {
    const context = commandContext(req, now);
    for (let draws = 0; draws < DRAWS; draws += 1) {
      const commandId = `${context.commandId}/${draws}`;
      const number = draw(commandId);
      const outcome = await handler.handle(number, command(number), { ...context, commandId });
      if (outcome.status === 'rejected' && outcome.reason === taken) continue;
      return replyTo(res, outcome, { service, reply: { status: 201, body: () => body(number) } });
    }
    throw rejection(taken, 503);
  };
