import type { Session } from '../session';
import { enter, heading, holds, press, sees } from './steps';

/** An operator browses events, streams, documents and orders without knowing an id, and Back returns to the same place. */
export const browseScenario = async (session: Session): Promise<void> => {
  const { page, to, inspect } = session;
  await enter(session, 'teller');
  await enter(session, 'operator');
  await to('#/operator/events');
  await sees(page, 'Order confirmed');
  await page.getByLabel('Words').fill('confirmed');
  await page.getByText('Order placed').first().waitFor({ state: 'detached' });
  await page
    .getByText(/^\d\d:\d\d:\d\d\.\d{3}$/)
    .first()
    .waitFor();
  await to('#/operator/streams?service=orders');
  await page
    .getByRole('cell', { name: /^order-/ })
    .first()
    .waitFor();
  await inspect('streams');
  await page
    .getByRole('cell', { name: /^order-/ })
    .first()
    .getByRole('link')
    .click();
  await heading(page, /^State at revision/);
  await sees(page, 'Correlation');
  await inspect('stream');
  await to('#/operator/orders');
  await page.getByRole('table').getByRole('link').first().click();
  await page.getByRole('link', { name: 'the document and its events' }).click();
  await sees(page, 'OrderPlaced');
  await inspect('document');
  await page
    .getByRole('link', { name: /^order-.*@1$/ })
    .first()
    .click();
  await heading(page, 'State at revision 1');
  await page.goBack();
  await heading(page, /^Document of order status/);

  await to('#/teller/orders');
  await page.getByRole('table').waitFor();
  await inspect('orders');
  await page.getByRole('table').getByRole('link').nth(1).click();
  await page.getByText('Mobile number').first().waitFor();
  await to('#/operator/consumers');
  await page.getByRole('cell', { name: 'worker', exact: true }).first().waitFor();
  await page.mouse.wheel(0, 900);
  await holds(page, 'scrollY > 300');
  const scrolled = await page.evaluate<number>('scrollY');
  await page.getByRole('link', { name: 'Faults', exact: true }).click();
  await heading(page, 'Fault injection');
  await page.goBack();
  await holds(page, `scrollY === ${scrolled}`);
  await press(page, /^Search/);
  await page.getByRole('combobox', { name: 'Search' }).fill('journal');
  await page
    .getByRole('option', { name: /Journal/ })
    .first()
    .waitFor();
  await inspect('search');
  await page.keyboard.press('Escape');
};
