import { servicesWithConsumers } from '@bankside/contracts/owners';
import type { Page } from 'playwright-core';
import type { Session } from './session';

/** Waits until the page shows the text. */
const sees = (page: Page, text: string | RegExp): Promise<void> =>
  page.getByText(text).first().waitFor({ state: 'visible' });
const heading = (page: Page, name: string | RegExp): Promise<void> =>
  page.getByRole('heading', { name }).first().waitFor({ state: 'visible' });
const press = (page: Page, name: string | RegExp): Promise<void> =>
  page.getByRole('button', { name }).first().click();
const type = (page: Page, label: string | RegExp, text: string): Promise<void> =>
  page.getByLabel(label).first().fill(text);

export const order = async (
  { page, to }: Session,
  product: string,
  quantity: number,
  payWith?: RegExp,
): Promise<void> => {
  await to('#/customer/shop');
  await type(page, `Quantity of ${product}`, String(quantity));
  if (payWith !== undefined) {
    const choice = page.getByLabel('Pay with');
    const options = await choice.locator('option').allTextContents();
    await choice.selectOption({ label: options.find((text) => payWith.test(text))! });
  }
  await press(page, 'Place the order');
};

/** A customer places an order they can pay and one they cannot, pays off their card and changes their mobile number. */
export const customerScenario = async (session: Session): Promise<void> => {
  const { page, to, inspect } = session;
  await to('');
  await heading(page, 'Bankside');
  await inspect('start');
  await page.getByRole('link', { name: /^Customer See your accounts/ }).click();
  await inspect('sign-in');
  await press(page, 'Continue as a new sample customer');
  await sees(page, '€1,000.00');
  await inspect('summary');

  await to('#/customer/shop');
  await type(page, 'Quantity of Kind of Blue, LP', '2');
  await sees(page, '2 × Kind of Blue, LP');
  await inspect('shop');
  await press(page, 'Place the order');
  await sees(page, 'Order confirmed');
  await inspect('order-confirmed');

  await order(session, 'Night train to Vienna', 2, /^Account/);
  await sees(page, 'Order rejected');
  await inspect('order-rejected');

  await order(session, 'Espresso pot', 3, /^Card/);
  await sees(page, 'Order confirmed');
  await to('#/customer/pay');
  await type(page, 'Amount', '50');
  await inspect('pay');
  await press(page, 'Pay');
  await sees(page, 'Paid.');
  await to('#/customer');
  await sees(page, '€47.50 of €2,000.00 used');

  await to('#/customer/profile');
  for (const [style, digits] of [
    ['Orchestration', '+406'],
    ['Choreography', '05'],
  ] as const) {
    await type(page, 'New mobile number', `${digits}${String(Date.now()).slice(-8)}`);
    await page.getByLabel(style).check();
    await press(page, 'Change the number');
    await sees(page, 'Changed in all services.');
  }
  await inspect('profile');
  await to('#/customer/statement');
  await sees(page, 'Deposit');
  await inspect('statement');
};

/** A teller registers a customer, opens every product and moves money; a loan under review rejects a number change. */
export const tellerScenario = async ({ page, to, inspect }: Session): Promise<void> => {
  await to('#/teller/register');
  if (await page.getByRole('button', { name: 'Continue as teller' }).isVisible())
    await press(page, 'Continue as teller');
  const mobileNumber = `+404${String(Date.now()).slice(-8)}`;
  await type(page, 'Name', 'Mary Ellen Carter');
  await type(page, 'E-mail', 'mary@example.com');
  await type(page, 'Mobile number', mobileNumber);
  await inspect('register');
  await press(page, 'Register');
  await heading(page, 'Mary Ellen Carter');
  await press(page, 'Open a savings account');
  await type(page, 'Deposit', '250');
  await press(page, 'Deposit');
  await sees(page, '€250.00');
  await type(page, 'Withdraw', '300');
  await press(page, 'Withdraw');
  await sees(page, 'Rejected: insufficient funds.');
  await type(page, 'Limit', '500');
  await press(page, 'Issue a credit card');
  await sees(page, '€0.00 of €500.00 used');
  await type(page, 'New loan', '1000');
  await press(page, 'Grant a loan');
  await type(page, 'Repay', '100');
  await press(page, 'Repay');
  await sees(page, '€100.00 of €1,000.00 repaid');
  await press(page, 'Put under review');
  await sees(page, 'End the review');
  await type(page, 'New mobile number', `03${mobileNumber.slice(4)}`);
  await press(page, 'Change the number');
  await sees(page, 'Loan locked');
  await inspect('customer');
  await to('#/teller');
  await type(page, 'Name or mobile number', 'mary');
  await press(page, 'Find');
  await sees(page, mobileNumber);
  await inspect('customers');
  await to('#/teller/products');
  await sees(page, 'night-train');
  await inspect('products');
};

/** An operator runs the audit, inspects the overview, the sagas, a compensation and the journal, rebuilds a view, and opens the consumers, the dead letters, the faults and the audit log. */
export const operatorScenario = async ({ page, to, inspect }: Session): Promise<void> => {
  await to('#/operator/overview');
  await press(page, 'Continue as operator');
  await sees(page, 'Balanced to the cent');
  await press(page, 'Run the audit');
  await sees(page, 'Every check holds');
  await inspect('overview');
  await to('#/operator/sagas');
  await sees(page, 'Rejected');
  await inspect('sagas');
  await page
    .getByRole('row')
    .filter({ hasText: 'Rejected' })
    .filter({ hasText: 'withdraw' })
    .first()
    .getByRole('link')
    .first()
    .click();
  await page.getByRole('img', { name: /Compensated, newest first/ }).waitFor();
  await inspect('saga-undone');
  await to('#/operator/journal');
  await page.getByText('Balanced', { exact: true }).waitFor();
  await page.getByRole('cell', { name: 'Customer deposits' }).first().waitFor();
  const download = page.waitForEvent('download');
  await press(page, 'Download as CSV');
  await download;
  await inspect('journal');
  await to('#/operator/views');
  await press(page, 'Rebuild');
  await inspect('views');
  await to('#/operator/consumers');
  for (const service of servicesWithConsumers.filter((name) => name !== 'payments'))
    await page.getByRole('cell', { name: service, exact: true }).first().waitFor();
  await inspect('consumers');
  await to('#/operator/dead-letters');
  await sees(page, 'No open dead letters');
  await inspect('dead-letters');
  await page.getByLabel('Service').selectOption('accounts');
  await press(page, 'Resolved');
  await sees(page, 'No resolved dead letters.');
  await to('#/operator/faults');
  await sees(page, 'No faults');
  await inspect('faults');
  await to('#/operator/audit-log');
  await sees(page, 'Rebuild projection');
  await inspect('audit-log');
};

/** An operator watches a customer's order arrive live, travels in time, and compares compositions with a slow service. */
export const watchScenario = async ({ page, to, inspect }: Session, other: Session): Promise<void> => {
  await to('#/operator/events');
  await page.getByText('Live', { exact: true }).waitFor();
  await order(other, 'Notebook A5', 1, /^Account/);
  await sees(page, 'Order confirmed');
  await inspect('events');
  await page.locator('summary', { hasText: 'Money withdrawn' }).first().click();
  await page
    .getByRole('link', { name: /Stream at revision/ })
    .first()
    .click();
  await heading(page, /^State at revision/);
  await press(page, /Previous/);
  await inspect('time-travel');

  await to('#/operator/faults');
  const loans = page.locator('section.card', { has: page.getByRole('heading', { name: 'loans' }) });
  await loans.getByRole('button', { name: 'Slow, 2 s' }).click();
  await loans.getByText('Faults active').waitFor();
  await to('#/operator/compose');
  await type(page, 'Customer: name', 'mary');
  await press(page, 'Choose');
  await press(page, 'Compose with all four');
  await sees(page, /Timeout|Stale/);
  await page.getByText('measured here').nth(3).waitFor();
  await inspect('compositions-slow');
  await to('#/operator/faults');
  await loans.getByRole('button', { name: 'Clear', exact: true }).click();
  await loans.getByText('Faults active').waitFor({ state: 'hidden' });
  await to('#/operator/compose');
  await type(page, 'Customer: name', 'mary');
  await press(page, 'Choose');
  await press(page, 'Compose 10 times');
  await page.getByText('median of 10').nth(3).waitFor();
  await inspect('compositions');
};
