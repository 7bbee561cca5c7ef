import { owners } from '@bankside/contracts';
import { consumersResponse, outboxResponse } from '@bankside/contracts/http';
import type { Invoke } from '@bankside/dapr';
import { stateReader } from '../read-services';
import { KEPT_MS, sampleHistory, type EndedSaga, type Reading, type SampleHistory } from './samples';

const WATCHED_MS = 5_000;
const UNWATCHED_MS = 30_000;
/** How long after a read the history is sampled at the short interval. */
const ATTENTION_MS = 60_000;
const TIMEOUT_MS = 2_000;

type CurvesOptions = Readonly<{
  /** Calls services in the name of the gateway. */
  invoke: Invoke;
  ended: () => Promise<readonly EndedSaga[]>;
  /** Milliseconds since 1970. */
  now: () => number;
}>;

const readSystem = async ({ invoke, ended, now }: CurvesOptions): Promise<Reading> => {
  const read = stateReader(invoke, TIMEOUT_MS);
  const [outboxes, views, sagas] = await Promise.all([
    Promise.all(owners.map(async (owner) => [owner, await read(owner, 'outbox', outboxResponse)] as const)),
    read('projection', 'consumers', consumersResponse),
    ended().catch(() => undefined),
  ]);
  return { at: now(), outboxes: Object.fromEntries(outboxes), views: views?.consumers, ended: sagas };
};

/**
 * Samples the whole system into a history of fifteen minutes: every five seconds while the history is being read, else every
 * thirty, so that an idle system stays idle.
 */
export const curves = (options: CurvesOptions) => {
  const { now } = options;
  const history = sampleHistory();
  let lastReadAt = Number.NEGATIVE_INFINITY;
  let lastSampleAt = Number.NEGATIVE_INFINITY;
  let timer: NodeJS.Timeout | undefined;
  let sampling = false;
  let stopped = false;

  const sample = async (): Promise<void> => {
    sampling = true;
    try {
      history.add(await readSystem(options));
    } finally {
      lastSampleAt = now();
      sampling = false;
      schedule();
    }
  };

  const schedule = (): void => {
    clearTimeout(timer);
    if (stopped) return;
    const pause = now() - lastReadAt < ATTENTION_MS ? WATCHED_MS : UNWATCHED_MS;
    timer = setTimeout(() => void sample(), Math.max(0, lastSampleAt + pause - now()));
    timer.unref();
  };

  return {
    /** Samples until it is stopped. Without it, the history stays empty. */
    start: (): void => void sample(),
    stop: (): void => {
      stopped = true;
      clearTimeout(timer);
    },
    /** The start of the history. */
    from: (): string => new Date(now() - KEPT_MS).toISOString(),
    read: (after?: string): ReturnType<SampleHistory['after']> => {
      lastReadAt = now();
      if (timer !== undefined && !sampling) schedule();
      return history.after(after);
    },
  };
};
export type Curves = ReturnType<typeof curves>;
