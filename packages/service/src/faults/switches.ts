import { setTimeout as wait } from 'node:timers/promises';
import { faults as all, requestFaults, type Faults } from '@bankside/contracts';
import type { FeedEvent } from '@bankside/feed';
import { Router, type RequestHandler } from 'express';
import { staffOnly } from '../auth';
import { parseBody } from '../parse';
import { Problem } from '../problem';
import { unreliable } from './unreliable';

export type FaultSwitches = Readonly<{
  /** `GET` and `PUT /faults`. What is put stands for everything: what it leaves out is off. */
  routes: Router;
  /** In front of all other routes. */
  requests: RequestHandler;
  /** Between a commit and its answer. */
  afterEffect: () => void;
  /** What of these events reaches the broker, one batch after another. */
  publishing: (events: readonly FeedEvent[]) => readonly (readonly FeedEvent[])[];
}>;

type Options = Readonly<{
  /** Whether the service commits and publishes. */
  commits: boolean;
  random?: () => number;
  die?: () => void;
}>;

const failed = (): Problem =>
  new Problem({ name: 'failed-on-purpose', status: 503, detail: 'A fault switch is on.', retryAfter: 1 });
const refused = (): Problem =>
  new Problem({ name: 'refused-on-purpose', status: 409, detail: 'Refused: a fault switch is on.' });

/** Makes one process of a service go wrong on purpose, until it is told otherwise or ends. Only for where `FAULTS=enabled`. */
export const faultSwitches = ({
  commits,
  random = Math.random,
  die = () => process.kill(process.pid, 'SIGKILL'),
}: Options): FaultSwitches => {
  let faults: Faults = {};
  const happens = (rate = 0): boolean => random() < rate;
  const routes = Router();
  routes.use(staffOnly);
  routes.get('/', (_req, res) => void res.json(faults));
  routes.put('/', (req, res) => {
    faults = parseBody(commits ? all : requestFaults, req.body);
    res.json(faults);
  });
  const publish = unreliable(happens);
  return {
    routes,
    requests: async (req, _res, next) => {
      if (req.path === '/faults') return next();
      const { delayMs = 0, errorRate, refuseNext = 0 } = faults;
      if (delayMs > 0) await wait(delayMs);
      if (happens(errorRate)) throw failed();
      const isChange = req.get('idempotency-key') !== undefined;
      if (isChange && refuseNext > 0) {
        faults = { ...faults, refuseNext: refuseNext - 1 };
        throw refused();
      }
      next();
    },
    afterEffect: () => {
      if (faults.crashAfterEffect) die();
    },
    publishing: (events) => publish(faults, events),
  };
};

type FaultsConfig = Readonly<{ FAULTS: 'enabled' | 'disabled' }>;

/** The switches, where they are wanted. */
export const faultsOf = ({ FAULTS }: FaultsConfig, commits: boolean): FaultSwitches | undefined =>
  FAULTS === 'enabled' ? faultSwitches({ commits }) : undefined;
