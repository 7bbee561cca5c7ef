import { heading, order, press, sees, type } from './steps';
import type { Session } from '../session';

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
