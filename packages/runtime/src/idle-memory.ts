import { Session } from 'node:inspector';
import { performance } from 'node:perf_hooks';
import { getHeapStatistics } from 'node:v8';

const CHECK_EVERY_MS = 30_000;
/** The share of its time for which the event loop of an idle process is busy at most. */
const IDLE = 0.05;
/** Growth of the heap since the last collection that makes another worth its pause of some 50 ms. */
const WORTH_BYTES = 6 * 2 ** 20;

/** What V8 does when the system is low on memory. A plain `gc()` keeps the pages of the young generation. */
const collectGarbage = async (): Promise<void> => {
  const session = new Session();
  session.connect();
  await new Promise<void>((resolve) => session.post('HeapProfiler.collectGarbage', () => resolve()));
  session.disconnect();
};

/**
 * Collects garbage in an idle process. V8 itself collects while a program allocates only, so that an idle process keeps what
 * its start and its last load left behind: half of its heap.
 * @returns how to stop
 */
export const releaseMemoryWhenIdle = (everyMs = CHECK_EVERY_MS): (() => void) => {
  let before = performance.eventLoopUtilization();
  let kept = 0;
  const check = async (): Promise<void> => {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, before);
    before = now;
    if (utilization > IDLE || getHeapStatistics().total_physical_size < kept + WORTH_BYTES) return;
    await collectGarbage();
    kept = getHeapStatistics().total_physical_size;
  };
  const timer = setInterval(() => void check(), everyMs).unref();
  return () => clearInterval(timer);
};
