import { setTimeout as wait } from 'node:timers/promises';
import { faults as all, requestFaults, type Faults } from '@bankside/contracts';
import type { EventEnvelope } from '@bankside/contracts';
import { appendBounded } from '@bankside/kernel';
import { Router, type Request, type RequestHandler } from 'express';
import { staffOnly } from '@bankside/auth';
import { fingerprintOf, idempotencyKey, keyReused, parseBody, Problem } from '@bankside/http';
import { faultyPublisher } from './faulty-publisher';

export type FaultInjection = Readonly<{
  /** `GET` and `PUT /faults`. What is put stands for everything: what it leaves out is off. */
  routes: Router;
  /** In front of all other routes. */
  middleware: RequestHandler;
  /** Between a commit and its answer. */
  afterCommit: () => void;
  /** What of these events reaches the broker, one batch after another. */
  publicationsOf: (events: readonly EventEnvelope[]) => readonly (readonly EventEnvelope[])[];
}>;

type Options = Readonly<{
  /** Whether the service commits and publishes. */
  commits: boolean;
  random?: () => number;
  die?: () => void;
}>;

const failed = (): Problem =>
  new Problem({ name: 'failed-on-purpose', detail: 'A fault switch is on.', retryAfter: 1 });
const refused = (): Problem =>
  new Problem({ name: 'rejected-on-purpose', detail: 'Rejected: a fault switch is on.' });

type Put = Readonly<{ key: string; fingerprint: string; faults: Faults }>;

/** Kept where the switches are, and as long: a process that begins anew knows of neither. */
const firstPuts = () => {
  let puts: readonly Put[] = [];
  /** @returns what was put under this key before @throws Problem 422 when the key was another request's */
  return (req: Request, faults: Faults): Faults | undefined => {
    const [key, fingerprint] = [idempotencyKey(req), fingerprintOf(req)];
    const first = puts.find((put) => put.key === key);
    if (first === undefined) puts = appendBounded(puts, { key, fingerprint, faults });
    else if (first.fingerprint !== fingerprint) throw keyReused();
    return first?.faults;
  };
};

/** Makes one process of a service go wrong on purpose, until it is told otherwise or ends. Only for where `FAULTS=enabled`. */
export const faultInjection = ({
  commits,
  random = Math.random,
  die = () => process.kill(process.pid, 'SIGKILL'),
}: Options): FaultInjection => {
  let faults: Faults = {};
  const onceForKey = firstPuts();
  const chance = (rate = 0): boolean => random() < rate;
  const routes = Router();
  routes.use(staffOnly);
  routes.get('/', (_req, res) => void res.json(faults));
  routes.put('/', (req, res) => {
    const put = parseBody(commits ? all : requestFaults, req.body);
    const first = onceForKey(req, put);
    if (first === undefined) faults = put;
    else res.set('Idempotent-Replayed', 'true');
    res.json(first ?? put);
  });
  const publish = faultyPublisher(chance);
  return {
    routes,
    middleware: async (req, _res, next) => {
      if (req.path === '/faults') return next();
      const { delayMs = 0, errorRate, rejectNext = 0 } = faults;
      if (delayMs > 0) await wait(delayMs);
      if (chance(errorRate)) throw failed();
      const isChange = req.get('idempotency-key') !== undefined;
      if (isChange && rejectNext > 0) {
        faults = { ...faults, rejectNext: rejectNext - 1 };
        throw refused();
      }
      next();
    },
    afterCommit: () => {
      if (faults.crashAfterEffect) die();
    },
    publicationsOf: (events) => publish(faults, events),
  };
};

type FaultsConfig = Readonly<{ FAULTS: 'enabled' | 'disabled' }>;

/** The switches, where they are wanted. */
export const faultInjectionIfEnabled = (
  { FAULTS }: FaultsConfig,
  commits: boolean,
): FaultInjection | undefined => (FAULTS === 'enabled' ? faultInjection({ commits }) : undefined);
