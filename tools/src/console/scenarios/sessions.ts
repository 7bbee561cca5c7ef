import type { Session } from '../session';
import { enter, heading, press, sees, type } from './steps';

/** A second tab is signed in too; a token that ends leaves the form as it was typed. */
export const sessionScenario = async (session: Session): Promise<void> => {
  const { page, to, inspect, otherTab } = session;
  await enter(session, 'teller');
  const second = await otherTab('#/teller/register');
  await heading(second, 'Register a customer');
  await second.close();

  const name = 'Hannah Arendt';
  await to('#/teller/register');
  await type(page, 'Name', name);
  await type(page, 'E-mail', 'hannah@example.com');
  await type(page, 'Mobile number', `+404${String(Date.now()).slice(-8)}`);
  await page.route('**/api/**', (route) => route.fulfill({ status: 401, json: { type: '/problems/unauthenticated', title: 'Unauthenticated', detail: '' } })); // prettier-ignore
  await press(page, 'Register');
  await heading(page, 'Sign in again as teller');
  await inspect('signed-out');
  await page.unroute('**/api/**');
  await press(page, 'Continue as teller');
  await page.getByRole('heading', { name: 'Sign in again as teller' }).waitFor({ state: 'hidden' });
  if ((await page.getByLabel('Name').first().inputValue()) !== name)
    throw new Error('The form was emptied by a token that ended.');
  await press(page, 'Register');
  await heading(page, name);
  await sees(page, 'No account yet.');
};
