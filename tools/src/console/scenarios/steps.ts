import type { Page } from 'playwright-core';
import type { ApiClient } from '@bankside/client';
import type { Session } from '../session';

/** `api` is a client of the API as an operator. */
export type Sessions = Readonly<{ customer: Session; staff: Session; api: ApiClient }>;

/** Waits until the page shows the text. */
export const sees = (page: Page, text: string | RegExp): Promise<void> =>
  page.getByText(text).first().waitFor({ state: 'visible' });
export const heading = (page: Page, name: string | RegExp): Promise<void> =>
  page.getByRole('heading', { name }).first().waitFor({ state: 'visible' });
export const press = (page: Page, name: string | RegExp): Promise<void> =>
  page.getByRole('button', { name }).first().click();
export const type = (page: Page, label: string | RegExp, text: string): Promise<void> =>
  page.getByLabel(label).first().fill(text);

type OrderForm = [session: Session, product: string, quantity: number, payWith?: RegExp];

export const fillOrder = async (...[{ page, to }, product, quantity, payWith]: OrderForm): Promise<void> => {
  await to('#/customer/shop');
  await type(page, `Quantity of ${product}`, String(quantity));
  if (payWith !== undefined) {
    const choice = page.getByLabel('Pay with');
    await choice.waitFor();
    const option = choice.locator('option').filter({ hasText: payWith }).first();
    await choice.selectOption(await option.getAttribute('value'));
  }
};

export const order = async (...form: OrderForm): Promise<void> => {
  await fillOrder(...form);
  await press(form[0].page, 'Place the order');
};

const POLL_MS = 100;
const WITHIN_MS = 20_000;

/** Waits until an expression is true on the page. The policy of the page forbids Playwright's own way to do so. */
export const holds = async (page: Page, expression: string): Promise<void> => {
  for (const deadline = Date.now() + WITHIN_MS; Date.now() < deadline;) {
    if (await page.evaluate<boolean>(expression)) return;
    await page.waitForTimeout(POLL_MS);
  }
  throw new Error(`This does not hold within ${WITHIN_MS} ms: ${expression}`);
};

/** Signs in for development, unless the session is signed in. */
export const enter = async ({ page, to }: Session, role: 'teller' | 'operator'): Promise<void> => {
  await to(`#/${role}`);
  await page.locator('main h1').waitFor();
  const asks = page.getByRole('heading', { name: `Sign in as ${role}` });
  if (!(await asks.isVisible())) return;
  await press(page, `Continue as ${role}`);
  await asks.waitFor({ state: 'hidden' });
};

/** Signs in as a new sample customer, unless the session is signed in as one. */
export const enterAsCustomer = async ({ page, to }: Session): Promise<void> => {
  await to('#/customer');
  await page.locator('main h1').waitFor();
  if (!(await page.getByRole('heading', { name: 'Sign in as customer' }).isVisible())) return;
  await press(page, 'Continue as a new sample customer');
  await sees(page, '€1,000.00');
};
