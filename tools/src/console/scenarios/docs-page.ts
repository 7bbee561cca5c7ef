import type { Session } from '../session';

/** A reader of `/docs` gets a token in one click, makes a change, and sends it again: it takes effect once. */
export const docsScenario = async ({ page, toPath, inspect }: Session): Promise<void> => {
  await toPath('/docs#/products/addProduct');
  await page.getByRole('button', { name: 'customer', exact: true }).click();
  await page.getByText('Requests are sent as the customer').waitFor();
  await page.getByRole('button', { name: 'teller', exact: true }).click();
  await page.getByText('Requests are sent as teller').waitFor();
  const operation = page.locator('#operations-products-addProduct');
  const execute = operation.getByRole('button', { name: 'Execute' });
  await execute.waitFor();
  const body = { sku: `docs-${Date.now()}`, title: 'From the docs', unitPriceCents: 1_000 };
  await operation.locator('textarea').fill(JSON.stringify(body));
  await execute.click();
  await operation.getByText('Responded with 201').waitFor();
  await operation.getByRole('button', { name: 'Send the same again' }).click();
  await operation.getByText('Sent 2 times, and the response is the same').waitFor();
  await inspect('docs');
  await page.getByRole('link', { name: 'Console' }).click();
  await page.getByRole('heading', { name: 'Bankside' }).waitFor();
};
