import { proxyActivities, proxyLocalActivities } from '@temporalio/workflow';
import type { NothingToDo } from './bare-temporal';

const OPTIONS = { startToCloseTimeout: '10 seconds' } as const;

/** Scheduled by the server, and run by the worker within its workflow task. */
const regular = proxyActivities<NothingToDo>(OPTIONS);
const local = proxyLocalActivities<NothingToDo>(OPTIONS);

export type Kind = 'regular' | 'local';

/** As many activities as a saga has, one after the other, and nothing else. */
export async function bare(activities: number, kind: Kind): Promise<void> {
  const { nothing } = kind === 'local' ? local : regular;
  for (let done = 0; done < activities; done += 1) await nothing();
}
