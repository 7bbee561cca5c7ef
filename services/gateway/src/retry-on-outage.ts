import type { Clock } from '@bankside/composition';
import { Outage, type Invoke, type Reply } from '@bankside/dapr';

/** Longer than a process takes to restart. */
const RETRY_FOR_MS = 3_000;
const FIRST_DELAY_MS = 50;
const MAX_DELAY_MS = 400;
/** Spreads the retries of requests that failed together: each delay is multiplied by 0.5 to 1.5. */
const JITTER = 0.5;

const jittered = (ms: number): number => ms * (1 - JITTER + 2 * JITTER * Math.random());

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
    for (let waitMs = FIRST_DELAY_MS; ; waitMs = Math.min(2 * waitMs, MAX_DELAY_MS)) {
      const timeoutMs = Math.round(limitMs - spent());
      const outcome = await invoke(appId, method, path, { ...options, timeoutMs }).catch((error: unknown) => {
        if (error instanceof Outage) return error;
        throw error;
      });
      const left = RETRY_FOR_MS - spent();
      if (!isOutage(outcome) || left <= 0) return orThrow(outcome);
      await clock.after(Math.min(jittered(waitMs), left)).done;
    }
  };
