import type { ProblemName } from '@bankside/contracts/problems';
import type { CommandContext, Outcome } from '@bankside/kernel';
import type { Request, Response } from 'express';
import { commandContext } from './command-context';
import { replyTo, type HttpTypes, type CommandResponse } from './reply';

/** Runs a command or use case in the context of a request, and responds with its outcome. */
export const commandEndpoint =
  <T extends HttpTypes>({ service, now }: Readonly<{ service: string; now: () => Date }>) =>
  async (
    req: Request,
    res: Response,
    run: (context: CommandContext) => Promise<Outcome<T, ProblemName>>,
    { status = 200, body = () => ({}) }: Partial<CommandResponse<T['event']>> = {},
  ): Promise<void> =>
    replyTo(res, await run(commandContext(req, now)), { service, reply: { status, body } });
