import { join } from 'node:path';
import { createChangeMobileNumberActivities } from '@bankside/change-mobile-number';
import { createPayCardActivities } from '@bankside/pay-card';
import { createPlaceOrderActivities } from '@bankside/place-order';
import { bundleOf, httpInvoke, startTestWorker } from '@bankside/saga/testing';
import { serviceCalls } from '@bankside/saga/worker';

/** Where the bank of each saga is: each plays all services of the one. */
export type Banks = Readonly<{ placeOrder: string; payCard: string; changeMobileNumber: string }>;

/** Almost as long as an attempt has: who is held at a step is to be found there. */
const TIMEOUT_MS = 9_000;

export const bundle = () => bundleOf(join(__dirname, '../src/workflows.ts'));

/** A worker of all sagas, as in the running system. */
export const startWorker = (
  address: string,
  { banks, ...options }: Readonly<{ taskQueue: string; workflowBundle: { code: string }; banks: Banks }>,
) => {
  const callsTo = (url: string) => serviceCalls(httpInvoke(url), { timeoutMs: TIMEOUT_MS });
  return startTestWorker(address, {
    ...options,
    activities: {
      ...createPlaceOrderActivities(callsTo(banks.placeOrder)),
      ...createPayCardActivities(callsTo(banks.payCard)),
      ...createChangeMobileNumberActivities(callsTo(banks.changeMobileNumber)),
    },
  });
};
