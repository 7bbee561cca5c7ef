import { servicesWithConsumers } from '@bankside/contracts/owners';
import type { Session } from '../session';
import { enter, press, sees } from './steps';

/** An operator runs the audit, inspects the overview, the sagas, a compensation and the journal, rebuilds a view, and opens the consumers, the dead letters, the faults and the audit log. */
export const operatorScenario = async (session: Session): Promise<void> => {
  const { page, to, inspect } = session;
  await enter(session, 'operator');
  await inspect('map');
  await to('#/operator/overview');
  await sees(page, 'Balanced to the cent');
  await press(page, 'Run the audit');
  await sees(page, 'Every check holds');
  await inspect('overview');
  await to('#/operator/sagas');
  await page.getByRole('row').filter({ hasText: 'Rejected' }).first().waitFor();
  await inspect('sagas');
  await page
    .getByRole('row')
    .filter({ hasText: 'Rejected' })
    .filter({ hasText: 'withdraw' })
    .first()
    .getByRole('link')
    .first()
    .click();
  await page.getByRole('list', { name: 'Undone by' }).first().waitFor();
  await inspect('saga-undone');
  await to('#/operator/journal');
  await page.getByText('Balanced', { exact: true }).waitFor();
  await page.getByRole('cell', { name: 'Customer deposits' }).first().waitFor();
  const download = page.waitForEvent('download');
  await press(page, 'Download as CSV');
  await download;
  await inspect('journal');
  await to('#/operator/views');
  await press(page, 'Rebuild');
  await inspect('views');
  await to('#/operator/consumers');
  for (const service of servicesWithConsumers.filter((name) => name !== 'payments'))
    await page.getByRole('cell', { name: service, exact: true }).first().waitFor();
  await inspect('consumers');
  await to('#/operator/dead-letters');
  await sees(page, 'No open dead letters');
  await inspect('dead-letters');
  await page.getByLabel('Service').selectOption('accounts');
  await press(page, 'Resolved');
  await sees(page, 'No resolved dead letters.');
  await to('#/operator/faults');
  await sees(page, 'No faults');
  await inspect('faults');
  await to('#/operator/audit-log');
  await sees(page, 'Rebuild projection');
  await inspect('audit-log');
};
