import { randomUUID } from 'node:crypto';
import { CALLER_HEADER, operatorOnly } from '@bankside/auth';
import type { Faults } from '@bankside/contracts';
import type { Vitals } from '@bankside/contracts/http';
import { percentile } from '@bankside/std';
import { Router, type Request, type RequestHandler } from 'express';

const WINDOW_MS = 30_000;
/** Requests that are remembered at most. */
const MAX_SAMPLES = 2_000;
const SECOND_MS = 1_000;
const CRASHED = 500;
/** Requests of staff about the service itself, which say nothing about its users. */
const ABOUT_ITSELF = new Set(['/vitals', '/consumers', '/outbox', '/faults']);

type Sample = Readonly<{ at: number; ms: number; crashed: boolean }>;
type Traffic = Vitals['callers'][string];
type Second = Readonly<{ number: number; callers: Map<string, Traffic> }>;

/** App id of the caller. A delivery of the broker names none, and neither do clients of the gateway. */
const callerOf = (req: Request): string =>
  req.get(CALLER_HEADER) ?? (req.path.startsWith('/events/') ? 'broker' : 'clients');

/** Counts the requests of this process. */
export const requestCounter = (now: () => number = Date.now) => {
  /** A ring: the next request overwrites the oldest one. */
  const samples: Sample[] = [];
  let requests = 0;
  let current: Second = { number: 0, callers: new Map() };
  let last: Second = current;

  /** Begins a new second when the current one is over. */
  const turn = (at: number): void => {
    const number = Math.floor(at / SECOND_MS);
    if (number === current.number) return;
    last = number === current.number + 1 ? current : { number: number - 1, callers: new Map() };
    current = { number, callers: new Map() };
  };

  const add = (caller: string, ms: number, status: number): void => {
    const at = now();
    turn(at);
    const { count, failed } = current.callers.get(caller) ?? { count: 0, failed: 0 };
    current.callers.set(caller, { count: count + 1, failed: failed + (status >= CRASHED ? 1 : 0) });
    samples[requests % MAX_SAMPLES] = { at, ms, crashed: status === CRASHED };
    requests += 1;
  };

  const middleware: RequestHandler = (req, res, next) => {
    if (ABOUT_ITSELF.has(req.path)) return next();
    const startedAt = performance.now();
    const caller = callerOf(req);
    res.once('finish', () => add(caller, performance.now() - startedAt, res.statusCode));
    next();
  };

  return {
    add,
    middleware,
    read: (): Pick<Vitals, 'callers' | 'p95Ms' | 'crashes'> => {
      const at = now();
      turn(at);
      const recent = samples.filter((sample) => sample.at > at - WINDOW_MS);
      const p95Ms = percentile(
        recent.map(({ ms }) => ms),
        0.95,
      );
      return {
        callers: Object.fromEntries(last.callers),
        ...(recent.length > 0 && { p95Ms: Math.round(p95Ms * 10) / 10 }),
        crashes: recent.filter(({ crashed }) => crashed).length,
      };
    },
  };
};
export type RequestCounter = ReturnType<typeof requestCounter>;

const instance = randomUUID();

/** `GET /vitals`: what this process knows about itself, for the map of the system. */
export const vitalsRoutes = ({
  counter,
  ready,
  faults,
}: Readonly<{
  counter: RequestCounter;
  ready: () => Promise<void>;
  faults?: (() => Faults) | undefined;
}>): Router => {
  const router = Router();
  router.get('/', operatorOnly, async (_req, res) => {
    const missing = await ready().then(
      () => undefined,
      (error: Error) => error.message,
    );
    res.json({
      instance,
      ready: missing === undefined,
      ...(missing !== undefined && { missing }),
      ...counter.read(),
      ...(faults && { faults: faults() }),
    } satisfies Vitals);
  });
  return router;
};
