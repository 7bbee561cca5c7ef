import { setTimeout as wait } from 'node:timers/promises';
import { commitFaults, requestFaults, viewFaults, type Faults } from '@bankside/contracts';
import type { EventEnvelope } from '@bankside/contracts';
import { appendBounded } from '@bankside/kernel';
import { Router, type Request, type RequestHandler } from 'express';
import { staffOnly } from '@bankside/auth';
import { fingerprintOf, idempotencyKey, keyReused, parseBody, Problem } from '@bankside/http';
import { faultyPublisher } from './faulty-publisher';

export type FaultInjection = Readonly<{
  /** `GET` and `PUT /faults`. The body replaces all faults: those it leaves out are off. */
  routes: Router;
  current: () => Faults;
  /** Delays and fails requests, and marks those to reject. Stands before all routes. */
  middleware: RequestHandler;
  /** Runs before the views of the service apply a batch of events. */
  beforeViews: () => Promise<void>;
  /** Runs between a commit and its response. */
  afterCommit: () => void;
  /** The batches to publish instead of these events, in order. */
  publicationsOf: (events: readonly EventEnvelope[]) => readonly (readonly EventEnvelope[])[];
}>;

type Options = Readonly<{
  /** Further faults than those of requests: of services that commit events, or of those that keep views. */
  of?: 'commits' | 'views';
  random?: () => number;
  die?: () => void;
}>;

const SCHEMAS = { commits: commitFaults, views: viewFaults } as const;
/** What operators see and set of the service itself. */
const UNAFFECTED = new Set(['/faults', '/vitals', '/consumers', '/outbox']);

const failed = (): Problem =>
  new Problem({ name: 'failed-on-purpose', detail: 'A fault is injected.', retryAfter: 1 });
const REJECTED = 'rejected-on-purpose';

/** Takes one of the rejections that `rejectNext` has left. Called again for the same request, returns the same. */
type TakeRejection = () => typeof REJECTED | undefined;

const takesOfRequests = new WeakMap<Request, TakeRejection>();

/**
 * The rejection to inject into a request, if there is one. The command path takes it after it has found no outcome for the
 * key: a repeat of a request that took effect is never rejected, and the injected rejection is recorded like any other.
 */
export const injectedRejection = (req: Request): TakeRejection | undefined => takesOfRequests.get(req);

/** Calls a function at most once, and returns its first result from then on. */
const once = <T>(take: () => T): (() => T) => {
  let taken: Readonly<{ result: T }> | undefined;
  return () => (taken ??= { result: take() }).result;
};

type Put = Readonly<{ key: string; fingerprint: string; faults: Faults }>;

/** Kept in memory, like the faults themselves: a restart loses both. */
const firstPuts = () => {
  let puts: readonly Put[] = [];
  /** @returns the faults that an earlier request set with this key @throws Problem 422 if that was a different request */
  return (req: Request, faults: Faults): Faults | undefined => {
    const [key, fingerprint] = [idempotencyKey(req), fingerprintOf(req)];
    const first = puts.find((put) => put.key === key);
    if (first === undefined) puts = appendBounded(puts, { key, fingerprint, faults });
    else if (first.fingerprint !== fingerprint) throw keyReused();
    return first?.faults;
  };
};

/** Makes one process of a service fail on purpose, until the faults are reset or it restarts. Needs `FAULTS=enabled`. */
export const faultInjection = ({
  of,
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
    const put = parseBody(of === undefined ? requestFaults : SCHEMAS[of], req.body);
    const first = onceForKey(req, put);
    if (first === undefined) faults = put;
    else res.set('Idempotent-Replayed', 'true');
    res.json(first ?? put);
  });
  const takeRejection: TakeRejection = () => {
    const { rejectNext = 0 } = faults;
    if (rejectNext === 0) return undefined;
    faults = { ...faults, rejectNext: rejectNext - 1 };
    return REJECTED;
  };
  const publish = faultyPublisher(chance);
  return {
    routes,
    current: () => faults,
    beforeViews: async () => {
      const { viewDelayMs = 0 } = faults;
      if (viewDelayMs > 0) await wait(viewDelayMs);
    },
    middleware: async (req, _res, next) => {
      if (UNAFFECTED.has(req.path)) return next();
      const { delayMs = 0, errorRate, rejectNext = 0 } = faults;
      if (delayMs > 0) await wait(delayMs);
      if (chance(errorRate)) throw failed();
      const isChange = req.get('idempotency-key') !== undefined;
      if (isChange && rejectNext > 0) takesOfRequests.set(req, once(takeRejection));
      next();
    },
    afterCommit: () => {
      if (faults.crashAfterEffect) die();
    },
    publicationsOf: (events) => publish(faults, events),
  };
};
