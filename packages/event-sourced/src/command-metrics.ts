import { routeOf } from '@bankside/http';
import type { Outcome, Types } from '@bankside/kernel';
import { counter } from '@bankside/metrics';
import type { RequestHandler, Response } from 'express';
import type { Registry } from 'prom-client';

const outcomes = new WeakMap<Response, string>();

/** Notes the outcome of the command of a request, which `commandMetrics` counts. */
export const setCommandOutcome = (res: Response, outcome: Outcome<Types, string>): void => {
  const isRepeat = 'repeated' in outcome && outcome.repeated;
  outcomes.set(res, isRepeat ? 'repeated' : outcome.status);
};

/** Counts commands by route and outcome. */
export const commandMetrics = (registry: Registry): RequestHandler => {
  const commands = counter(registry, 'commands_total');
  return (req, res, next) => {
    if (req.method !== 'GET')
      res.once('close', () => {
        const outcome = outcomes.get(res);
        if (outcome !== undefined) commands.inc({ route: routeOf(req), outcome });
      });
    next();
  };
};
