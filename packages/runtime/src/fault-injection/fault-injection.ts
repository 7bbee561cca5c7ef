import { setTimeout as wait } from 'node:timers/promises';
import {
  commitFaults,
  requestFaults,
  viewFaults,
  withDuration,
  type ActiveFaults,
  type EventEnvelope,
  type Faults,
} from '@bankside/contracts';
import { appendBounded } from '@bankside/kernel';
import { Router, type Request, type RequestHandler, type Response } from 'express';
import { staffOnly } from '@bankside/auth';
import { fingerprintOf, idempotencyKey, keyReused, parseBody, Problem } from '@bankside/http';
import { faultyPublisher } from './faulty-publisher';

export type FaultInjection = Readonly<{
  /** `GET`, `PUT` and `PATCH /faults`. `PUT` replaces all faults, `PATCH` keeps those that its body leaves out. */
  routes: Router;
  current: () => ActiveFaults;
  /** Delays and fails requests, and marks those to reject. Stands before all routes. */
  middleware: RequestHandler;
  /** Runs before the views of the service apply a batch of events. */
  beforeViews: () => Promise<void>;
  /** Runs between a commit and its response. */
  afterCommit: () => void;
  /** The batches to publish instead of these events, in order. */
  publicationsOf: (events: readonly EventEnvelope[]) => readonly (readonly EventEnvelope[])[];
  /** Whether a consumer, by its name, must fail to apply an event. */
  isPoisoned: (consumer: string, event: Pick<EventEnvelope, 'id' | 'subject'>) => boolean;
}>;

type Options = Readonly<{
  /** Further faults than those of requests: of services that commit events, or of those that keep views. */
  of?: 'commits' | 'views';
  random?: () => number;
  now?: () => number;
  die?: () => void;
}>;

const SCHEMAS = {
  requests: withDuration(requestFaults),
  commits: withDuration(commitFaults),
  views: withDuration(viewFaults),
} as const;
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

type Put = Readonly<{ key: string; fingerprint: string; response: ActiveFaults }>;

/** Kept in memory, like the faults themselves: a restart loses both. */
const firstPuts = () => {
  let puts: readonly Put[] = [];
  return {
    /** The response to an earlier request with this key. @throws Problem 422 if that was a different request */
    find: (req: Request): ActiveFaults | undefined => {
      const first = puts.find(({ key }) => key === idempotencyKey(req));
      if (first !== undefined && first.fingerprint !== fingerprintOf(req)) throw keyReused();
      return first?.response;
    },
    add: (req: Request, response: ActiveFaults): void => {
      puts = appendBounded(puts, { key: idempotencyKey(req), fingerprint: fingerprintOf(req), response });
    },
  };
};

type Switch = Readonly<{ value: unknown; until: number }>;

/** The switches of one process. Each is on by itself and ends by itself. */
const switchBoard = (now: () => number) => {
  let switches: ReadonlyMap<string, Switch> = new Map();
  const on = (): readonly (readonly [string, Switch])[] =>
    [...switches].filter(([, { value, until }]) => Boolean(value) && until > now());
  return {
    /** The values of those that are on. */
    values: (): Faults => Object.fromEntries(on().map(([name, { value }]) => [name, value])),
    active: (): ActiveFaults => {
      const known = on();
      if (known.length === 0) return {};
      const until = known.map(([name, one]) => [name, new Date(one.until).toISOString()]);
      return {
        ...Object.fromEntries(known.map(([name, { value }]) => [name, value])),
        until: Object.fromEntries(until) as NonNullable<ActiveFaults['until']>,
      };
    },
    clear: (): void => {
      switches = new Map();
    },
    turn: (faults: Faults, seconds: number): void => {
      const until = now() + seconds * 1_000;
      const turned = Object.entries(faults).map(([name, value]) => [name, { value, until }] as const);
      switches = new Map([...on(), ...turned]);
    },
    /** Changes a value, and not the end. */
    count: (name: keyof Faults, value: number): void => {
      const known = switches.get(name);
      if (known) switches = new Map([...switches, [name, { ...known, value }]]);
    },
  };
};

/** The events that consumers fail to apply. An event once poisoned stays so until the switch is off. */
const poison = (board: ReturnType<typeof switchBoard>): FaultInjection['isPoisoned'] => {
  let poisoned: ReadonlySet<string> = new Set();
  return (consumer, { id, subject }) => {
    const { poisonNext = 0, poisonStream } = board.values();
    if (subject === poisonStream) return true;
    if (poisonNext === 0) {
      poisoned = new Set();
      return false;
    }
    const key = `${consumer} ${id}`;
    if (!poisoned.has(key) && poisoned.size < poisonNext) poisoned = new Set([...poisoned, key]);
    return poisoned.has(key);
  };
};

/** Makes one process of a service fail on purpose, until the switches end, are turned off or the process restarts. Needs `FAULTS=enabled`. */
export const faultInjection = ({
  of,
  random = Math.random,
  now = Date.now,
  die = () => process.kill(process.pid, 'SIGKILL'),
}: Options): FaultInjection => {
  const board = switchBoard(now);
  const puts = firstPuts();
  const chance = (rate = 0): boolean => random() < rate;
  const schema = SCHEMAS[of ?? 'requests'];
  const routes = Router();
  routes.use(staffOnly);
  routes.get('/', (_req, res) => void res.json(board.active()));
  const turn = (replaces: boolean) => (req: Request, res: Response) => {
    const { seconds, ...faults } = parseBody(schema, req.body);
    const first = puts.find(req);
    if (first !== undefined) return void res.set('Idempotent-Replayed', 'true').json(first);
    if (replaces) board.clear();
    board.turn(faults, seconds);
    const response = board.active();
    puts.add(req, response);
    res.json(response);
  };
  routes.put('/', turn(true));
  routes.patch('/', turn(false));
  const takeRejection: TakeRejection = () => {
    const { rejectNext = 0 } = board.values();
    if (rejectNext === 0) return undefined;
    board.count('rejectNext', rejectNext - 1);
    return REJECTED;
  };
  const publish = faultyPublisher(chance);
  return {
    routes,
    current: board.active,
    beforeViews: async () => {
      const { viewDelayMs = 0 } = board.values();
      if (viewDelayMs > 0) await wait(viewDelayMs);
    },
    middleware: async (req, _res, next) => {
      if (UNAFFECTED.has(req.path)) return next();
      const { delayMs = 0, errorRate, rejectNext = 0 } = board.values();
      if (delayMs > 0) await wait(delayMs);
      if (chance(errorRate)) throw failed();
      const isChange = req.get('idempotency-key') !== undefined;
      if (isChange && rejectNext > 0) takesOfRequests.set(req, once(takeRejection));
      next();
    },
    afterCommit: () => {
      if (board.values().crashAfterEffect) die();
    },
    publicationsOf: (events) => publish(board.values(), events),
    isPoisoned: poison(board),
  };
};
