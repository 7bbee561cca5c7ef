import type { Clock } from '@bankside/composition';
import { Outage, type Invoke, type Reply } from '@bankside/dapr';

/** A process that is started anew is back sooner. */
const RETRY_FOR_MS = 3_000;
const FIRST_DELAY_MS = 50;
const MAX_DELAY_MS = 400;
/** Callers who were cut off together come back apart: each waits between half of the time and one and a half. */
const JITTER = 0.5;

const jittered = (ms: number): number => ms * (1 - JITTER + 2 * JITTER * Math.random());

/** A service that lacks its own sidecar or database says so. Other refusals are answers. */
const isOutage = (outcome: Reply | Outage): boolean =>
  outcome instanceof Outage ||
  (outcome.status === 503 && (outcome.body as Readonly<{ type?: unknown }>).type === '/problems/unavailable');

const orThrow = (outcome: Reply | Outage): Reply => {
  if (outcome instanceof Outage) throw outcome;
  return outcome;
};

/**
 * Asks again, for a while, when nobody answered, as when a service or sidecar is being started anew: the last time when
 * the while is over, not a pause before. Only for what may be asked twice: reads, and changes with a key, which happen
 * once. All of it stays within the time limit of the call.
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
