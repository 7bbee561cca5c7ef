import { proxyActivities, proxyLocalActivities } from '@temporalio/workflow';

export type EmptyActivities = { nothing: () => Promise<void> };

const OPTIONS = { startToCloseTimeout: '10 seconds' } as const;

/** Empty activities: one scheduled by the server, one local to the worker. */
const regular = proxyActivities<EmptyActivities>(OPTIONS);
const local = proxyLocalActivities<EmptyActivities>(OPTIONS);

export type Kind = 'regular' | 'local';

/** Runs as many empty activities as a saga has steps, in sequence. */
export async function bare(activities: number, kind: Kind): Promise<void> {
  const { nothing } = kind === 'local' ? local : regular;
  for (let done = 0; done < activities; done += 1) await nothing();
}
