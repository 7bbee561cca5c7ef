import type { Page } from 'playwright-core';
import { enter, enterAsCustomer, heading, order, press, sees, type, type Sessions } from './steps';

/** The first of several customers with a name; one alone is chosen at once. */
const chooseFirst = async (page: Page): Promise<void> => {
  const several = page.getByRole('link', { name: 'Mary Ellen Carter' });
  const compose = page.getByRole('button', { name: 'Compose with all four' });
  await several.or(compose).first().waitFor();
  if (!(await compose.isVisible())) await several.first().click();
};

/** An operator watches a customer's order arrive live, travels in time, and compares compositions with a slow service. */
export const watchScenario = async ({ staff, customer }: Sessions): Promise<void> => {
  const { page, to, inspect } = staff;
  await enter(staff, 'teller');
  await enter(staff, 'operator');
  await enterAsCustomer(customer);
  await to('#/operator/events');
  await page.getByText('Live', { exact: true }).waitFor();
  await order(customer, 'Notebook A5', 1, /^Account/);
  await sees(page, 'Order confirmed');
  await inspect('events');
  await page.locator('summary', { hasText: 'Money withdrawn' }).first().click();
  await page
    .getByRole('link', { name: /at revision/ })
    .first()
    .click();
  await heading(page, /^State at revision/);
  await press(page, /Previous/);
  await inspect('time-travel');

  await to('#/operator/faults');
  const loans = page.locator('section.card', { has: page.getByRole('heading', { name: 'loans' }) });
  await loans.getByRole('button', { name: 'Slow, 2 s' }).click();
  await loans.getByText('ends by itself').waitFor();
  await to('#/operator/compose');
  await type(page, 'Customer: name', 'mary');
  await press(page, 'Choose');
  await chooseFirst(page);
  await press(page, 'Compose with all four');
  await sees(page, /Timeout|Stale/);
  await page.getByText('measured here').nth(3).waitFor();
  await inspect('compositions-slow');
  await to('#/operator/faults');
  await loans.getByRole('button', { name: /^Turn off/ }).click();
  await loans.getByText('No faults').waitFor();
  await to('#/operator/compose');
  await type(page, 'Customer: name', 'mary');
  await press(page, 'Choose');
  await chooseFirst(page);
  await press(page, 'Compose 10 times');
  await page.getByText('median of 10').nth(3).waitFor();
  await inspect('compositions');
};
