import { readFileSync } from 'node:fs';
import { faultsBy } from './seeing';
import { enter, enterAsCustomer, fillOrder, order, press, sees, type, type Sessions } from './steps';

const INTERNAL_LINK = {
  account: 'a[href^="#/teller/accounts/"]',
  customer: 'a[href^="#/teller/customers/"]',
};

/**
 * A customer sends money to another one, is rejected at the field, and repays a loan from an account, to which a teller has
 * paid it out.
 */
export const moneyScenario = async ({ customer, staff }: Sessions): Promise<void> => {
  const { page, to, inspect } = customer;
  await enter(staff, 'teller');
  await press(staff.page, 'Add a sample customer');
  const recipient = await staff.page.locator(INTERNAL_LINK.account).first().textContent();
  await enterAsCustomer(customer);
  await to('#/customer/transfers');
  await sees(page, 'of today’s limit are left');
  const [from = ''] = /\d{4} \d{4} \d\d/.exec((await page.getByLabel('From').textContent()) ?? '') ?? [];
  const send = async (number: string, amount: string): Promise<void> => {
    await type(page, 'To account number', number);
    await type(page, 'Amount', amount);
    await type(page, 'Purpose', 'Rent for March');
    await press(page, 'Send');
  };
  await send(from, '25');
  await sees(page, /same account/i);
  await send(recipient!, '900');
  await sees(page, 'Transferred.');
  await send(recipient!, '900');
  await sees(page, 'See the marked field');
  await sees(page, /insufficient funds/i);
  await inspect('transfers');
  await page.getByRole('table').getByRole('link').first().click();
  await sees(page, 'The money is on the other account.');
  await inspect('transfer');

  await to('#/customer/statement');
  await sees(page, `To account ${recipient}: Rent for March`);
  await inspect('statement-transfer');

  await staff.to(`#/teller/accounts/${from.replaceAll(' ', '')}`);
  await staff.page.locator(INTERNAL_LINK.customer).first().click();
  await type(staff.page, 'New loan', '300');
  await press(staff.page, 'Grant a loan');
  await sees(staff.page, '€300.00 outstanding');
  await staff.inspect('payout');
  await staff.page.getByRole('link', { name: 'Transfers', exact: true }).click();
  await sees(staff.page, 'Rent for March');
  await staff.inspect('teller-transfers');

  await to('#/customer/pay');
  await page.getByLabel('To').last().waitFor();
  const loan = page.locator('form').filter({ has: page.getByRole('button', { name: 'Repay' }) });
  await loan.getByLabel('Amount').fill('100');
  await loan.getByRole('button', { name: 'Repay' }).click();
  await sees(page, 'Repaid.');
  await inspect('pay-loan');
};

/** A customer cancels an order whose payment takes long, and returns a piece of another one. */
export const returnScenario = async ({ customer, api }: Sessions): Promise<void> => {
  const { page, inspect } = customer;
  const setFaults = faultsBy(api);
  await enterAsCustomer(customer);
  await fillOrder(customer, 'Notebook A5', 1, /^Card/);
  await setFaults('payments', { errorRate: 1 });
  try {
    await press(page, 'Place the order');
    await page.getByLabel('Reason').waitFor();
    await inspect('cancel');
    await press(page, 'Cancel the order');
    await setFaults('payments', {});
  } finally {
    await setFaults('payments', {});
  }
  await sees(page, 'Cancelled: nothing was charged.');
  await inspect('cancelled');

  await order(customer, 'Notebook A5', 2, /^Card/);
  await page.getByLabel(/^Pieces of/).fill('3');
  await inspect('return');
  await page.getByLabel(/^Pieces of/).fill('1');
  await press(page, 'Return them');
  await sees(page, 'Some pieces are back');
  await sees(page, /to card/);
  await inspect('returned');
};

/** The export of the journal, compared with the journal, has no difference. */
export const reconciliationScenario = async ({ staff }: Sessions): Promise<void> => {
  const { page, to, inspect } = staff;
  await enter(staff, 'operator');
  await to('#/operator/journal');
  const download = page.waitForEvent('download');
  await press(page, 'Download as CSV');
  const exported = readFileSync(await (await download).path(), 'utf8');
  const compare = async (csv: string): Promise<void> => {
    const buffer = Buffer.from(csv);
    await page
      .getByLabel('Statement', { exact: true })
      .setInputFiles({ name: 'a.csv', mimeType: 'text/csv', buffer });
    await press(page, 'Compare');
  };
  await compare(exported);
  await sees(page, 'No difference');
  const rows = exported.split('\r\n');
  const missing = rows.findIndex((row) => row.includes(',cash,'));
  await compare(rows.toSpliced(missing, 1).join('\r\n'));
  await sees(page, '1 difference');
  await inspect('reconciliation');
  await compare(`${rows[0]}\r\nwrong`);
  await sees(page, 'Line 2');
  await inspect('reconciliation-wrong');
};
