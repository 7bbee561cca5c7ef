import type { Browser } from 'playwright-core';

/** The pages that are weighed: each as the first one that a browser opens. */
const PAGES: Readonly<Record<string, string>> = {
  'first page': '',
  'the shop, signed out': '#/customer/shop',
  'events, signed out': '#/operator/events',
};

const TRANSFERRED = `performance.getEntriesByType('navigation')
  .concat(performance.getEntriesByType('resource'))
  .reduce((sum, { transferSize }) => sum + transferSize, 0)`;

/** The bytes that a browser without a cache transfers for each page, by its name. */
export const pageWeights = async (
  browser: Browser,
  consoleUrl: string,
): Promise<readonly (readonly [page: string, bytes: number])[]> => {
  const weights: (readonly [string, number])[] = [];
  for (const [name, hash] of Object.entries(PAGES)) {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(`${consoleUrl}${hash}`, { waitUntil: 'networkidle' });
    weights.push([name, await page.evaluate<number>(TRANSFERRED)]);
    await context.close();
  }
  return weights;
};
