import type { SectionStatus } from '@bankside/contracts/http';
import type { CircuitBreaker } from './circuit-breaker';
import { CustomerNotFound, NotTheOwner, RejectedByOwner } from './sources';

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

type Failure = 'timeout' | 'unavailable';
/** `responded`: whether the owner responded, so that its circuit may close. Undefined if no request was sent. */
type Outcome<T> = Readonly<{ responded: boolean | undefined } & ({ read: T } | { failed: Failure })>;

const CIRCUIT_OPEN: Outcome<never> = { responded: undefined, failed: 'unavailable' };

/** Errors about the customer or the caller end the whole summary, not one section. */
const isFinal = (error: unknown): boolean =>
  error instanceof CustomerNotFound || error instanceof NotTheOwner;

/** @throws CustomerNotFound, NotTheOwner */
const timed = async <T>(
  read: (timeoutMs: number) => Promise<T>,
  { timeoutMs, clock, onResponse }: Readonly<{ timeoutMs: number; clock: Clock; onResponse: () => void }>,
): Promise<Outcome<T>> => {
  const limit = clock.after(timeoutMs);
  const reading = read(timeoutMs).then(
    (value): Outcome<T> => ({ responded: true, read: value }),
    (error: unknown): Outcome<T> => {
      if (isFinal(error)) {
        onResponse();
        throw error;
      }
      return { responded: error instanceof RejectedByOwner, failed: 'unavailable' };
    },
  );
  try {
    return await Promise.race([
      reading,
      limit.done.then((): Outcome<T> => ({ responded: false, failed: 'timeout' })),
    ]);
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
  const outcome = breaker.allows(startedAt)
    ? await timed(read, { timeoutMs, clock, onResponse: breaker.onSuccess })
    : CIRCUIT_OPEN;
  const tookMs = tenths(clock.now() - startedAt);
  if (outcome.responded === true) breaker.onSuccess();
  if (outcome.responded === false) breaker.onFailure(clock.now());
  if ('read' in outcome) {
    cache.keep(outcome.read, startedAt);
    return { status: 'ok', tookMs, asOf: new Date(startedAt).toISOString(), data: outcome.read };
  }
  const known = cache.find();
  if (known === undefined) return { status: outcome.failed, tookMs };
  return { status: 'stale', tookMs, asOf: new Date(known.at).toISOString(), data: known.data as T };
};
