import type { ApiClient } from '@bankside/client';
import type { Page } from 'playwright-core';
import { faultsBy } from './seeing';
import { enter, enterAsCustomer, fillOrder, press, sees, type Sessions } from './steps';

type Saga = Readonly<{ steps?: readonly Readonly<{ step: string; state: string }>[] }>;

/** Ten attempts of a compensation, some 17 seconds, and the retries before it. */
const NEEDS_A_PERSON_WITHIN_MS = 60_000;
const STEP_WITHIN_MS = 20_000;
const POLL_MS = 100;

const DOWN = { errorRate: 1 };

/** The pages that read views, with the titles that stay while the views cannot be read. */
const PAGES: readonly (readonly [hash: string, titles: readonly string[]])[] = [
  ['#/operator/overview', ['The books', 'Consumers', 'Views', 'Audit']],
  ['#/operator/orders', ['Orders']],
  ['#/teller', ['All customers']],
];

/** With the projection out of order, each section keeps its title and names the missing data; with faults on, every page shows a notice. */
export const troubleScenario = async ({ staff, customer, api }: Sessions): Promise<void> => {
  const { page, to, inspect } = staff;
  const setFaults = faultsBy(api);
  await enter(staff, 'teller');
  await enter(staff, 'operator');
  await enterAsCustomer(customer);
  await setFaults('projection', DOWN);
  try {
    for (const [hash, titles] of PAGES) {
      await to(hash);
      await page.getByRole('alert').first().waitFor();
      for (const name of titles)
        await page.locator('#content').getByRole('heading', { name, exact: true }).first().waitFor();
      await page.locator('.strip').getByText('Faults on: projection fails').waitFor();
      await inspect(`down${hash.replaceAll(/[#/]+/g, '-')}`);
    }
    await customer.to('#/customer/orders');
    await customer.page.getByRole('alert').first().waitFor();
    await customer.page.getByRole('heading', { name: 'Orders', exact: true }).first().waitFor();
    await customer.inspect('down-customer-orders');
  } finally {
    await setFaults('projection', {});
  }
};

/** Waits until the saga of the order on the page has done a step, and returns its id. */
const sagaAfter = async (page: Page, api: ApiClient, step: string): Promise<string> => {
  await page.waitForURL(/#\/customer\/orders\/[^/]+$/);
  const id = page.url().split('/').at(-1)!;
  for (const deadline = Date.now() + STEP_WITHIN_MS; Date.now() < deadline;) {
    const { body } = await api.call('GET', `/api/sagas/${id}`);
    const { steps = [] } = body as Saga;
    if (steps.some(({ step: name, state }) => name === step && state === 'done')) return id;
    await page.waitForTimeout(POLL_MS);
  }
  throw new Error(`${step} of saga ${id} is not done within ${STEP_WITHIN_MS} ms.`);
};

/**
 * An order cannot be paid, and its payment cannot be voided: the saga is shown as in need of a person, on its own page and
 * among all that need one, and ends when the cause has gone.
 */
export const attentionScenario = async ({ staff, customer, api }: Sessions): Promise<void> => {
  const { page, to, inspect } = staff;
  const setFaults = faultsBy(api);
  await enter(staff, 'operator');
  await enterAsCustomer(customer);
  await fillOrder(customer, 'Night train to Vienna', 2, /^Account/);
  await setFaults('accounts', DOWN);
  try {
    await press(customer.page, 'Place the order');
    const id = await sagaAfter(customer.page, api, 'authorize');
    await setFaults('payments', DOWN);
    await setFaults('accounts', {});
    await to('#/operator/sagas');
    const row = page.getByRole('row').filter({ hasText: id.slice(0, 18) });
    await row.getByText('Needs attention').waitFor({ timeout: NEEDS_A_PERSON_WITHIN_MS });
    await inspect('sagas-attention');
    await to('#/operator/attention');
    await sees(page, 'Place order cannot complete “void”');
    await inspect('attention');
    await to(`#/operator/sagas/${id}`);
    await sees(page, 'Retry now');
    await inspect('saga-attention');
  } finally {
    await setFaults('accounts', {});
    await setFaults('payments', {});
  }
  await press(page, 'Retry now');
  await page.getByRole('button', { name: 'Retry now' }).first().waitFor({ state: 'detached' });
};
