import { setTimeout as wait } from 'node:timers/promises';
import type { ActiveFaults, EventEnvelope, Faults } from '@bankside/contracts';
import { Problem } from '@bankside/http';
import type { Request, RequestHandler, Router } from 'express';
import { faultSwitches, type FaultSwitches } from './fault-switches';

export type FaultInjection = Readonly<{
  /** `/faults`, where operators turn the switches. */
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
  /** The faults that can be injected: of requests, or also of commits and publications, or of views. Default: of requests. */
  of?: 'requests' | 'commits' | 'views';
  random?: () => number;
  now?: () => number;
  die?: () => void;
}>;

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

type Rates = Pick<Faults, 'dropRate' | 'doubleRate' | 'reorderRate'>;

const distinct = (events: readonly EventEnvelope[]): readonly EventEnvelope[] => [
  ...new Map(events.map((event) => [event.id, event])).values(),
];

/**
 * Imitates an unreliable broker: it loses and duplicates events, and delays some until the next batch. Returns the batches
 * to publish in order; there are two when an event occurs twice, because a sidecar accepts an event once per request.
 */
const faultyPublisher = (chance: (rate?: number) => boolean) => {
  let late: readonly EventEnvelope[] = [];
  return (
    { dropRate, doubleRate, reorderRate }: Rates,
    events: readonly EventEnvelope[],
  ): readonly (readonly EventEnvelope[])[] => {
    const arriving = events.filter(() => !chance(dropRate));
    const held = new Set(arriving.filter(() => chance(reorderRate)));
    const now = arriving.filter((event) => !held.has(event));
    const again = distinct([...late, ...now.filter(() => chance(doubleRate))]);
    late = [...held];
    return [now, again].filter((batch) => batch.length > 0);
  };
};

/** The events that consumers fail to apply. An event once poisoned stays so until the switch is off. */
const poison = ({ values }: FaultSwitches): FaultInjection['isPoisoned'] => {
  let poisoned: ReadonlySet<string> = new Set();
  return (consumer, { id, subject }) => {
    const { poisonNext = 0, poisonStream } = values();
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
  of = 'requests',
  random = Math.random,
  now = Date.now,
  die = () => process.kill(process.pid, 'SIGKILL'),
}: Options): FaultInjection => {
  const switches = faultSwitches(of, now);
  const { routes, values, active, count } = switches;
  const chance = (rate = 0): boolean => random() < rate;
  const takeRejection: TakeRejection = () => {
    const { rejectNext = 0 } = values();
    if (rejectNext === 0) return undefined;
    count('rejectNext', rejectNext - 1);
    return REJECTED;
  };
  const publish = faultyPublisher(chance);
  return {
    routes,
    current: active,
    beforeViews: async () => {
      const { viewDelayMs = 0 } = values();
      if (viewDelayMs > 0) await wait(viewDelayMs);
    },
    middleware: async (req, _res, next) => {
      if (UNAFFECTED.has(req.path)) return next();
      const { delayMs = 0, errorRate, rejectNext = 0 } = values();
      if (delayMs > 0) await wait(delayMs);
      if (chance(errorRate)) throw failed();
      const isChange = req.get('idempotency-key') !== undefined;
      if (isChange && rejectNext > 0) takesOfRequests.set(req, once(takeRejection));
      next();
    },
    afterCommit: () => {
      if (values().crashAfterEffect) die();
    },
    publicationsOf: (events) => publish(values(), events),
    isPoisoned: poison(switches),
  };
};
