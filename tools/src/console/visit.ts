import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { projectRoot } from '../root';

/** As people have it: a desk in daylight, a desk at night, a phone. */
const DESK = { width: 1280, height: 860 } as const;
const PHONE = { width: 390, height: 844 } as const;
const STEP_WITHIN_MS = 20_000;
/** WCAG 2.2 AA, as far as a program can tell. */
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

type Violation = Readonly<{
  id: string;
  help: string;
  nodes: readonly Readonly<{ html: string; failureSummary?: string }>[];
}>;

const axe = (): string =>
  readFileSync(createRequire(join(projectRoot, 'package.json')).resolve('axe-core/axe.min.js'), 'utf8');

/** What a person would stumble over. */
export type Trouble = Readonly<{ where: string; what: string }>;

export type Visit = Readonly<{
  page: Page;
  /** Goes to a place of the console by its address. */
  to: (hash: string) => Promise<void>;
  /** Looks at the page as it is: for whom it is unreadable, and what it looks like. */
  look: (name: string) => Promise<void>;
  troubles: readonly Trouble[];
  close: () => Promise<void>;
}>;

const unreadable = async (page: Page, where: string): Promise<Trouble[]> => {
  const options = JSON.stringify({ runOnly: { type: 'tag', values: RULES }, resultTypes: ['violations'] });
  const found = await page.evaluate<readonly Violation[]>(
    `(async () => { ${axe()}; return (await axe.run(document, ${options})).violations; })()`,
  );
  return found.flatMap(({ id, help, nodes }) =>
    nodes.map(({ html, failureSummary = '' }) => ({
      where,
      what: `${id}: ${help}: ${html} ${failureSummary}`,
    })),
  );
};

/** A page that is wider than its window has to be pushed to and fro to be read. */
const tooWide = async (page: Page, where: string): Promise<Trouble[]> => {
  const over = await page.evaluate<number>(
    'document.documentElement.scrollWidth - document.documentElement.clientWidth',
  );
  return over > 0 ? [{ where, what: `it is ${over} pixels wider than its window` }] : [];
};

/** One person with one browser. What the browser complains about is trouble, too. */
export const visit = async (browser: Browser, consoleUrl: string, pictures: string): Promise<Visit> => {
  mkdirSync(pictures, { recursive: true });
  const context = await browser.newContext({ viewport: DESK, colorScheme: 'light', locale: 'en-GB' });
  context.setDefaultTimeout(STEP_WITHIN_MS);
  const page = await context.newPage();
  const troubles: Trouble[] = [];
  page.on('pageerror', (error) => troubles.push({ where: page.url(), what: `it failed: ${error.message}` }));
  page.on('console', (message) => {
    // Refusals of the API are answers; the browser tells them as errors.
    const refusal = message.text().startsWith('Failed to load resource');
    if (message.type() === 'error' && !refusal)
      troubles.push({ where: page.url(), what: `the browser says: ${message.text()}` });
  });
  page.on('request', (request) => {
    const { origin, protocol } = new URL(request.url());
    if (origin !== new URL(consoleUrl).origin && protocol !== 'data:')
      troubles.push({ where: page.url(), what: `it asks another host: ${request.url()}` });
  });
  page.on('dialog', (dialog) => void dialog.accept());

  const look = async (name: string): Promise<void> => {
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      troubles.push(...(await unreadable(page, `${name}, ${colorScheme}`)));
      await page.screenshot({ path: join(pictures, `${name}-${colorScheme}.png`) });
    }
    await page.setViewportSize(PHONE);
    troubles.push(...(await tooWide(page, `${name} on a phone`)));
    await page.emulateMedia({ colorScheme: 'light' });
    await page.screenshot({ path: join(pictures, `${name}-phone.png`) });
    await page.setViewportSize(DESK);
  };

  return {
    page,
    to: async (hash) => {
      await page.goto(`${consoleUrl}${hash}`);
    },
    look,
    troubles,
    close: () => context.close(),
  };
};
