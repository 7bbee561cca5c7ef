import type { Clock } from '@bankside/composition';
import { Outage, type Invoke, type Reply } from '@bankside/dapr';
import { backoff } from '@bankside/std';

/** Longer than a process takes to restart. */
const RETRY_FOR_MS = 3_000;
/** The spread separates the retries of requests that failed together. */
const BACKOFF = { firstMs: 50, longestMs: 400, spread: 0.5 };

/** No response, or a service that reports that its own sidecar or database does not respond. Other problems are responses. */
const isOutage = (outcome: Reply | Outage): boolean =>
  outcome instanceof Outage ||
  (outcome.status === 503 && (outcome.body as Readonly<{ type?: unknown }>).type === '/problems/unavailable');

const orThrow = (outcome: Reply | Outage): Reply => {
  if (outcome instanceof Outage) throw outcome;
  return outcome;
};

/**
 * Retries an invocation for three seconds when there is no response, for instance while a service or its sidecar restarts,
 * and once more when the deadline is reached. Only for requests that may be repeated: reads, and mutations with a key. All
 * attempts together stay within `limitMs`.
 */
export const retryOnOutage =
  (invoke: Invoke, clock: Clock, limitMs: number): Invoke =>
  async (appId, method, path, options) => {
    const startedAt = clock.now();
    const spent = (): number => clock.now() - startedAt;
    for (let attempt = 0; ; attempt += 1) {
      const timeoutMs = Math.round(limitMs - spent());
      const outcome = await invoke(appId, method, path, { ...options, timeoutMs }).catch((error: unknown) => {
        if (error instanceof Outage) return error;
        throw error;
      });
      const left = RETRY_FOR_MS - spent();
      if (!isOutage(outcome) || left <= 0) return orThrow(outcome);
      await clock.after(Math.min(backoff(attempt, BACKOFF), left)).done;
    }
  };
