import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { projectRoot } from '../root';

const DESKTOP = { width: 1280, height: 860 } as const;
const PHONE = { width: 390, height: 844 } as const;
const STEP_WITHIN_MS = 20_000;
/** The automatically checkable rules of WCAG 2.2 AA. */
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

type Violation = Readonly<{
  id: string;
  help: string;
  nodes: readonly Readonly<{ html: string; failureSummary?: string }>[];
}>;

const axe = (): string =>
  readFileSync(createRequire(join(projectRoot, 'package.json')).resolve('axe-core/axe.min.js'), 'utf8');

/** A defect of a page: an accessibility violation, an overflow, or an error in the browser's console. */
export type Finding = Readonly<{ where: string; what: string }>;

export type Session = Readonly<{
  page: Page;
  /** Opens the console at a location, given as the hash of its URL. */
  to: (hash: string) => Promise<void>;
  /** Opens another page of the same host. */
  toPath: (path: string) => Promise<void>;
  /** Opens the console in a second tab of the same browser. */
  otherTab: (hash: string) => Promise<Page>;
  /** Checks the current page for findings and takes screenshots named after it. */
  inspect: (name: string) => Promise<void>;
  /** Drops what a scenario left behind, such as an open dialog or replaced responses. The user stays signed in. */
  reset: () => Promise<void>;
  findings: readonly Finding[];
  close: () => Promise<void>;
}>;

const accessibilityFindings = async (page: Page, where: string): Promise<Finding[]> => {
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

/** What reaches beyond the window: the page itself, which then scrolls sideways, or a table, whose last columns are cut off. */
const CUT_OFF = `(() => {
  const root = document.documentElement;
  const over = root.scrollWidth - root.clientWidth;
  const narrow = root.clientWidth < 500;
  const tables = [...document.querySelectorAll('.table')].filter((one) => one.scrollWidth > one.clientWidth);
  return [
    ...(over > 0 ? ['the page is ' + over + ' pixels wider than its window'] : []),
    ...(narrow ? tables.map((one) => 'columns are cut off: ' + one.getAttribute('aria-label')) : []),
  ];
})()`;

const layoutFindings = async (page: Page, where: string): Promise<Finding[]> =>
  (await page.evaluate<readonly string[]>(CUT_OFF)).map((what) => ({ where, what }));

/** One user in a browser context of their own. Script errors, console errors and requests to other hosts are findings. */
export const openSession = async (
  browser: Browser,
  consoleUrl: string,
  screenshots: string,
): Promise<Session> => {
  mkdirSync(screenshots, { recursive: true });
  const context = await browser.newContext({ viewport: DESKTOP, colorScheme: 'light', locale: 'en-GB' });
  context.setDefaultTimeout(STEP_WITHIN_MS);
  const page = await context.newPage();
  const findings: Finding[] = [];
  page.on('pageerror', (error) =>
    findings.push({ where: page.url(), what: `uncaught error: ${error.message}` }),
  );
  page.on('console', (message) => {
    // A 4xx response is a valid outcome of the API; the browser logs it as an error.
    const rejection = message.text().startsWith('Failed to load resource');
    if (message.type() === 'error' && !rejection)
      findings.push({ where: page.url(), what: `console error: ${message.text()}` });
  });
  page.on('request', (request) => {
    const { origin, protocol } = new URL(request.url());
    if (origin !== new URL(consoleUrl).origin && protocol !== 'data:')
      findings.push({ where: page.url(), what: `request to another host: ${request.url()}` });
  });
  page.on('dialog', (dialog) => void dialog.accept());

  const inspect = async (name: string): Promise<void> => {
    for (const [device, size] of [
      ['', DESKTOP],
      ['phone-', PHONE],
    ] as const) {
      await page.setViewportSize(size);
      for (const colorScheme of ['light', 'dark'] as const) {
        const where = `${name}-${device}${colorScheme}`;
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
        findings.push(...(await accessibilityFindings(page, where)), ...(await layoutFindings(page, where)));
        await page.screenshot({ path: join(screenshots, `${where}.png`) });
      }
    }
    await page.emulateMedia({ colorScheme: 'light' });
    await page.setViewportSize(DESKTOP);
  };

  return {
    page,
    to: async (hash) => {
      await page.goto(`${consoleUrl}${hash}`);
    },
    toPath: async (path) => {
      await page.goto(new URL(path, consoleUrl).href);
    },
    otherTab: async (hash) => {
      const tab = await context.newPage();
      await tab.goto(`${consoleUrl}${hash}`);
      return tab;
    },
    inspect,
    reset: async () => {
      await page.unrouteAll({ behavior: 'ignoreErrors' });
      await Promise.all(context.pages().flatMap((one) => (one === page ? [] : [one.close()])));
      await page.emulateMedia({ colorScheme: 'light' });
      await page.setViewportSize(DESKTOP);
      await page.goto('about:blank');
    },
    findings,
    close: () => context.close(),
  };
};
