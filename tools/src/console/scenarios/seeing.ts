import { apiClient, type ApiClient } from '@bankside/client';
import { owners } from '@bankside/contracts/owners';
import type { Page } from 'playwright-core';
import type { Session } from '../session';
import { enter, enterAsCustomer, order, press } from './steps';

/** Sets the faults of a service, without the console. */
export const faultsBy = (api: ApiClient) => {
  let puts = 0;
  return async (service: string, faults: object): Promise<void> => {
    puts += 1;
    const key = `seeing-${Date.now()}-${puts}`;
    const { status, body } = await api.call('PUT', `/api/faults/${service}`, { body: faults, key });
    if (status !== 200) throw new Error(`The faults of ${service} were not set: ${JSON.stringify(body)}`);
  };
};

/** The ids of the commits that the table of a journey lists, in order. */
const commitsOf = (page: Page): Promise<readonly string[]> =>
  page
    .locator('tr[data-kind="commit"]')
    .evaluateAll((rows) => rows.map((row) => row.getAttribute('data-id') ?? ''));

/** Waits until the journey on the page has the commit, and each commit once. */
const journeyWith = async (page: Page, lastCommit: RegExp): Promise<void> => {
  await page.locator('tr[data-kind="commit"]').filter({ hasText: lastCommit }).waitFor();
  const commits = await commitsOf(page);
  if (new Set(commits).size !== commits.length)
    throw new Error(`A commit is listed twice: ${commits.join(', ')}`);
};

const openJourney = async (page: Page): Promise<void> => {
  await page.getByRole('link', { name: 'See its journey' }).click();
  await page.getByRole('heading', { name: 'Journey', exact: true }).waitFor();
};

/** By keyboard alone: into the picture, along the causes, and into the details. */
const walkJourney = async (page: Page): Promise<void> => {
  await page.locator('.j-scroll').focus();
  await page.keyboard.press('Tab');
  for (let steps = 0; steps < 2; steps += 1) await page.keyboard.press('ArrowRight');
  await page.locator('.j-mark[aria-pressed="true"]').waitFor();
  await page.getByText('of what is shown').waitFor();
};

/** Journeys of a confirmed order, of a rejected one, and of one whose events the broker loses. */
export const journeyScenario = async (customer: Session, api: ApiClient): Promise<void> => {
  const { page, inspect } = customer;
  const setFaults = faultsBy(api);
  await enterAsCustomer(customer);
  await order(customer, 'Notebook A5', 1, /^Account/);
  await page.getByText('Order confirmed').first().waitFor();
  await openJourney(page);
  await journeyWith(page, /Order confirmed/);
  await walkJourney(page);
  await inspect('journey-confirmed');

  await order(customer, 'Night train to Vienna', 2, /^Account/);
  await page.getByText('Order rejected').first().waitFor();
  await openJourney(page);
  await journeyWith(page, /Order rejected/);
  await inspect('journey-rejected');

  await Promise.all(owners.map((owner) => setFaults(owner, { dropRate: 1 })));
  try {
    await order(customer, 'Notebook A5', 1, /^Account/);
    await page.getByText('Order confirmed').first().waitFor();
    await openJourney(page);
    await journeyWith(page, /Order confirmed/);
    await page.locator('li[data-late="true"]').first().waitFor();
    await inspect('journey-lost');
  } finally {
    await Promise.all(owners.map((owner) => setFaults(owner, {})));
  }
};

/** What the map shows within this time after a fault is set. */
const RED_WITHIN_MS = 3_000;

const troubled = (page: Page): Promise<readonly string[]> =>
  page
    .locator('.box[data-state="failing"], .box[data-state="down"]')
    .evaluateAll((boxes) => boxes.map((box) => box.getAttribute('data-service') ?? ''));

/** The map with a service that fails, two sides with slow views, and the curves of it all. */
export const mapScenario = async (staff: Session, api: ApiClient): Promise<void> => {
  const { page, to, inspect } = staff;
  const setFaults = faultsBy(api);
  await enter(staff, 'teller');
  await enter(staff, 'operator');
  await to('#/operator');
  await page.locator('.box[data-service="inventory"][data-state="ok"]').waitFor();
  await inspect('map');
  await setFaults('inventory', { errorRate: 1 });
  await page
    .locator('.box[data-service="inventory"][data-state="failing"]')
    .waitFor({ timeout: RED_WITHIN_MS });
  const red = await troubled(page);
  if (red.join() !== 'inventory') throw new Error(`These boxes are red: ${red.join(', ')}`);
  await page.locator('.strip').getByText('Faults on: inventory fails').waitFor();
  await inspect('map-failing');
  await to('#/teller');
  await page.locator('.strip').getByText('Faults on: inventory fails').waitFor();
  await to('#/operator');
  await press(page, /^fails/);
  await page.locator('.box[data-service="inventory"][data-state="ok"]').waitFor();

  await to('#/operator/two-sides');
  const last = page.locator('.two-reads [data-freshness]');
  await page.getByRole('slider').fill('1500');
  await page.locator('.strip').getByText('projection views late').waitFor();
  await press(page, /^Deposit/);
  await page.locator('.two-reads [data-freshness="old"]').waitFor();
  await page.locator('.two-reads [data-freshness="new"]').waitFor();
  if ((await last.count()) !== 2) throw new Error('A deposit is followed by two reads.');
  await inspect('two-sides');
  await to('#/operator/curves');
  await page.locator('.strip').getByText('No faults on').waitFor();
  await page.locator('.chart').first().waitFor();
  await inspect('curves');
  await to('#/operator/stories');
  await page.getByRole('heading', { name: 'Latest orders' }).waitFor();
  await inspect('journeys');
};

/** A client of the API for what the scenarios set up. */
export const seeingClient = (gatewayUrl: string): ApiClient => apiClient({ gatewayUrl, connections: 2 });
