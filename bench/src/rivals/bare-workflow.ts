import { proxyActivities } from '@temporalio/workflow';
import type { NothingToDo } from './bare-temporal';

const { nothing } = proxyActivities<NothingToDo>({ startToCloseTimeout: '10 seconds' });

/** As many activities as a saga has, one after the other, and nothing else. */
export async function bare(activities: number): Promise<void> {
  for (let done = 0; done < activities; done += 1) await nothing();
}
