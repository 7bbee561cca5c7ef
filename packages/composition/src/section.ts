import type { SectionStatus } from '@bankside/contracts/http';
import type { CircuitBreaker } from './circuit-breaker';
import { CustomerNotFound, NotTheOwner } from './sources';

/** The host's time; tests replace it. */
export type Clock = Readonly<{
  /** Milliseconds since 1970. */
  now: () => number;
  /** `done` resolves after `ms` milliseconds; `clear` cancels the timer. */
  after: (ms: number) => Readonly<{ done: Promise<void>; clear: () => void }>;
}>;

export type Section<T> = Readonly<{
  status: SectionStatus;
  tookMs: number;
  asOf?: string;
  data?: T;
}>;

type Outcome<T> = Readonly<{ read: T }> | Readonly<{ failed: 'timeout' | 'unavailable' }>;

/** No request was sent, because the circuit is open. */
const CIRCUIT_OPEN: Outcome<never> = { failed: 'unavailable' };

/** Errors about the customer or the caller end the whole summary, not one section. */
const isFinal = (error: unknown): boolean =>
  error instanceof CustomerNotFound || error instanceof NotTheOwner;

const timed = async <T>(
  read: (timeoutMs: number) => Promise<T>,
  timeoutMs: number,
  clock: Clock,
): Promise<Outcome<T>> => {
  const limit = clock.after(timeoutMs);
  const reading = read(timeoutMs).then(
    (value): Outcome<T> => ({ read: value }),
    (error: unknown): Outcome<T> => {
      if (isFinal(error)) throw error;
      return { failed: 'unavailable' };
    },
  );
  try {
    return await Promise.race([reading, limit.done.then((): Outcome<T> => ({ failed: 'timeout' }))]);
  } finally {
    limit.clear();
    reading.catch(() => undefined); // It may still fail after the timeout.
  }
};

const tenths = (ms: number): number => Math.round(ms * 10) / 10;

/**
 * Reads one section within `timeoutMs`. If that fails, returns the cached section as `stale`.
 * @throws CustomerNotFound, NotTheOwner
 */
export const readSection = async <T>(
  read: (timeoutMs: number) => Promise<T>,
  {
    timeoutMs,
    clock,
    breaker,
    cache,
  }: Readonly<{
    timeoutMs: number;
    clock: Clock;
    breaker: CircuitBreaker;
    cache: Readonly<{
      keep: (data: unknown, at: number) => void;
      find: () => Readonly<{ data: unknown; at: number }> | undefined;
    }>;
  }>,
): Promise<Section<T>> => {
  const startedAt = clock.now();
  const outcome = breaker.allows(startedAt) ? await timed(read, timeoutMs, clock) : CIRCUIT_OPEN;
  const tookMs = tenths(clock.now() - startedAt);
  if ('read' in outcome) {
    breaker.onSuccess();
    cache.keep(outcome.read, startedAt);
    return { status: 'ok', tookMs, asOf: new Date(startedAt).toISOString(), data: outcome.read };
  }
  if (outcome !== CIRCUIT_OPEN) breaker.onFailure(clock.now());
  const known = cache.find();
  if (known === undefined) return { status: outcome.failed, tookMs };
  return { status: 'stale', tookMs, asOf: new Date(known.at).toISOString(), data: known.data as T };
};
