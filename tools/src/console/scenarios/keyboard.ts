import type { Page } from 'playwright-core';
import type { Session } from '../session';
import { enter, heading, sees } from './steps';

/** Presses of Tab after which something counts as unreachable. */
const MOST_TABS = 150;

const FOCUSED_NAME = `(() => {
  const at = document.activeElement;
  const label = at?.labels?.[0]?.textContent ?? at?.getAttribute('aria-label') ?? at?.textContent ?? '';
  return label.trim();
})()`;
/** Whether the focused element is visible and drawn as focused. */
const IS_SHOWN = `(() => {
  const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement);
  const { width, height } = document.activeElement.getBoundingClientRect();
  return width > 0 && height > 0 && outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2;
})()`;

/** Moves the focus to an element by Tab alone. @throws when it is not reached, or not drawn as focused */
const tabTo = async (page: Page, name: string): Promise<void> => {
  for (let tabs = 0; tabs < MOST_TABS; tabs += 1) {
    await page.keyboard.press('Tab');
    if (!(await page.evaluate<string>(FOCUSED_NAME)).startsWith(name)) continue;
    if (await page.evaluate<boolean>(IS_SHOWN)) return;
    throw new Error(`${name} has the focus, and nothing shows it.`);
  }
  throw new Error(`${name} cannot be reached by Tab.`);
};

/** A teller signs in, registers a customer, corrects an error and finds them again, by keyboard alone. */
export const keyboardScenario = async (session: Session): Promise<void> => {
  const { page, to, inspect } = session;
  await enter(session, 'teller');
  await to('#/teller');
  await heading(page, 'Customers');
  await tabTo(page, 'Register a customer');
  await page.keyboard.press('Enter');
  await heading(page, 'Register a customer');
  await tabTo(page, 'Name');
  await page.keyboard.type('Käthe Kollwitz');
  await tabTo(page, 'E-mail');
  await page.keyboard.type('kaethe@example.com');
  await tabTo(page, 'Mobile number');
  await page.keyboard.type('12');
  await page.keyboard.press('Enter');
  await sees(page, 'See the marked field.');
  await inspect('error-at-field');
  // The focus is on the field with the error.
  await page.keyboard.press('Control+A');
  await page.keyboard.type(`+404${String(Date.now()).slice(-8)}`);
  await page.keyboard.press('Enter');
  await heading(page, 'Käthe Kollwitz');
  await page.keyboard.press('Control+K');
  await page.keyboard.type('kathe');
  await page
    .getByRole('option', { name: /Käthe Kollwitz/ })
    .first()
    .waitFor();
  await page.keyboard.press('Enter');
  await heading(page, 'Käthe Kollwitz');
};
