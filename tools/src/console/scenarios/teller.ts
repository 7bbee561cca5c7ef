import { heading, press, sees, type } from './steps';
import type { Session } from '../session';

/** A teller registers a customer, opens every product and moves money; a loan under review rejects a number change. */
export const tellerScenario = async ({ page, to, inspect }: Session): Promise<void> => {
  await to('#/teller/register');
  if (await page.getByRole('button', { name: 'Continue as teller' }).isVisible())
    await press(page, 'Continue as teller');
  const mobileNumber = `+404${String(Date.now()).slice(-8)}`;
  await type(page, 'Name', 'Mary Ellen Carter');
  await type(page, 'E-mail', 'mary@example.com');
  await type(page, 'Mobile number', mobileNumber);
  await inspect('register');
  await press(page, 'Register');
  await heading(page, 'Mary Ellen Carter');
  await press(page, 'Open a savings account');
  await type(page, 'Deposit', '250');
  await press(page, 'Deposit');
  await sees(page, '€250.00');
  await type(page, 'Withdraw', '300');
  await press(page, 'Withdraw');
  await sees(page, 'Rejected: insufficient funds.');
  await type(page, 'Limit', '500');
  await press(page, 'Issue a credit card');
  await sees(page, '€0.00 of €500.00 used');
  await type(page, 'New loan', '1000');
  await press(page, 'Grant a loan');
  await type(page, 'Repay', '100');
  await press(page, 'Repay');
  await sees(page, '€100.00 of €1,000.00 repaid');
  await press(page, 'Put under review');
  await sees(page, 'End the review');
  await type(page, 'New mobile number', `03${mobileNumber.slice(4)}`);
  await press(page, 'Change the number');
  await sees(page, 'Loan locked');
  await inspect('customer');
  await to('#/teller');
  await type(page, 'Name or mobile number', 'mary');
  await press(page, 'Find');
  await sees(page, mobileNumber);
  await inspect('customers');
  await to('#/teller/products');
  await sees(page, 'night-train');
  await inspect('products');
};
