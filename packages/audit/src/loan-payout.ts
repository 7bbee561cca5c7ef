import { open, SETTLED, unfounded, wrong, type Judgement, type Matter } from './matter';
import { amountOf, textOf, type AuditedEvent } from './audited-event';

/** A loan that is paid out to an account. Paid out: the account has its money. Cancelled: it does not. */
export const loanPayoutMatter = (payoutId: string): Matter => {
  let granted: AuditedEvent | undefined;
  let end: 'paid out' | 'cancelled' | undefined;
  let deposited = 'nothing';
  const money = (event: AuditedEvent, field: string): string =>
    `${amountOf(event, field)} ${textOf(event, 'currency')}`;
  const judge = (): Judgement => {
    if (granted === undefined) return unfounded(`payout ${payoutId} pays a loan that was not granted`);
    if (end === undefined) return open(`payout ${payoutId} is granted and not ended`);
    const due = end === 'paid out' ? money(granted, 'totalCents') : 'nothing';
    return deposited === due
      ? SETTLED
      : wrong(`payout ${payoutId} is ${end}, but the account got ${deposited}, and ${due} is due`);
  };
  return {
    add: (event) => {
      if (event.type === 'LoanGranted') granted = event;
      if (event.type === 'LoanPaidOut') end = 'paid out';
      if (event.type === 'LoanCancelled') end = 'cancelled';
      if (event.type === 'MoneyDeposited') deposited = money(event, 'amountCents');
    },
    judge,
  };
};
