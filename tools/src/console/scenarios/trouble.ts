import { faultsBy } from './seeing';
import { enter, order, press, sees, type Sessions } from './steps';

const NEEDS_A_PERSON_WITHIN_MS = 120_000;

const DOWN = { errorRate: 1 };

/** The pages that read views, with the titles that stay while the views cannot be read. */
const PAGES: readonly (readonly [hash: string, titles: readonly string[]])[] = [
  ['#/operator/overview', ['The books', 'Consumers', 'Views', 'Audit']],
  ['#/operator/orders', ['Orders']],
  ['#/teller', ['All customers']],
];

/** With the projection out of order, each section keeps its title and says what is missing; with faults on, every page says so. */
export const troubleScenario = async ({ staff, customer, api }: Sessions): Promise<void> => {
  const { page, to, inspect } = staff;
  const setFaults = faultsBy(api);
  await enter(staff, 'teller');
  await enter(staff, 'operator');
  await setFaults('projection', DOWN);
  try {
    for (const [hash, titles] of PAGES) {
      await to(hash);
      await page.getByRole('alert').first().waitFor();
      for (const name of titles)
        await page.locator('#content').getByRole('heading', { name, exact: true }).first().waitFor();
      await page.getByText(/fault/i).first().waitFor();
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

/** A saga whose step keeps failing is shown as in need of a person, and ends when the cause has gone. */
export const attentionScenario = async ({ staff, customer, api }: Sessions): Promise<void> => {
  const { page, to, inspect } = staff;
  const setFaults = faultsBy(api);
  await enter(staff, 'operator');
  await setFaults('payments', DOWN);
  try {
    await order(customer, 'Notebook A5', 1, /^Account/);
    await to('#/operator/sagas');
    const row = page.getByRole('row').filter({ hasText: 'Needs attention' }).first();
    await row.waitFor({ timeout: NEEDS_A_PERSON_WITHIN_MS });
    await inspect('sagas-attention');
    await row.getByRole('link').first().click();
    await sees(page, 'Retry now');
    await inspect('saga-attention');
  } finally {
    await setFaults('payments', {});
  }
  await press(page, 'Retry now');
  await page.getByRole('button', { name: 'Retry now' }).first().waitFor({ state: 'detached' });
};
