import type { SectionStatus } from '@bankside/contracts/http';
import type { CircuitBreaker } from './circuit-breaker';
import { CustomerNotFound, NotTheOwner } from './sources';

/** Time as the host has it, so that tests can have another. */
export type Clock = Readonly<{
  /** Milliseconds since 1970. */
  now: () => number;
  /** Resolves after so many milliseconds; `clear` lets it go. */
  after: (ms: number) => Readonly<{ done: Promise<void>; clear: () => void }>;
}>;

export type Section<T> = Readonly<{
  status: SectionStatus;
  tookMs: number;
  asOf?: string;
  data?: T;
}>;

type Outcome<T> = Readonly<{ read: T }> | Readonly<{ failed: 'timeout' | 'unavailable' }>;

/** Not asked, since it did not answer lately. */
const RESTING: Outcome<never> = { failed: 'unavailable' };

/** Whether an answer says something about the customer or the one who asks, and so about the whole summary. */
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
    reading.catch(() => undefined); // It may fail after its time; nobody waits for it any more.
  }
};

const tenths = (ms: number): number => Math.round(ms * 10) / 10;

/**
 * Reads one section within its time. What cannot be read now is told as it was last known, if it was.
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
  const outcome = breaker.allows(startedAt) ? await timed(read, timeoutMs, clock) : RESTING;
  const tookMs = tenths(clock.now() - startedAt);
  if ('read' in outcome) {
    breaker.answered();
    cache.keep(outcome.read, startedAt);
    return { status: 'ok', tookMs, asOf: new Date(startedAt).toISOString(), data: outcome.read };
  }
  if (outcome !== RESTING) breaker.failed(clock.now());
  const known = cache.find();
  if (known === undefined) return { status: outcome.failed, tookMs };
  return { status: 'stale', tookMs, asOf: new Date(known.at).toISOString(), data: known.data as T };
};
