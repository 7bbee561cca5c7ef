import { amountOf, textOf, type AuditedEvent } from '@bankside/audit';
import { groupBy, type StoredEvents } from '../stored-events';

const MONEY_IN: ReadonlySet<string> = new Set(['MoneyDeposited', 'WithdrawalCancelled', 'RefundCredited']);
const CREDIT: ReadonlySet<string> = new Set(['ChargeCancelled', 'CardPaid', 'RefundCredited']);

/** Recomputes the balance from the first event and compares it with the balance in each event. */
const accountBalance = (events: readonly AuditedEvent[]): string | undefined => {
  let balance = 0;
  for (const event of events) {
    if (MONEY_IN.has(event.type)) balance += amountOf(event, 'amountCents');
    else if (event.type === 'MoneyWithdrawn') balance -= amountOf(event, 'amountCents');
    else continue;
    if (balance < 0) return `${event.stream}: ${balance} cents at revision ${event.revision}`;
    if (balance !== amountOf(event, 'balanceCents'))
      return `${event.stream}: counted ${balance}, the event of revision ${event.revision} has ${textOf(event, 'balanceCents')}`;
  }
  return undefined;
};

const cardCredit = (events: readonly AuditedEvent[]): string | undefined => {
  let used = 0;
  for (const event of events) {
    if (event.type === 'CardCharged') used += amountOf(event, 'amountCents');
    else if (CREDIT.has(event.type)) used -= amountOf(event, 'amountCents');
    else if (event.type !== 'CardIssued') continue;
    const stated = amountOf(event, 'usedCents');
    if (used !== stated || stated + amountOf(event, 'availableCents') !== amountOf(event, 'limitCents'))
      return `${event.stream}: counted ${used} used, the event of revision ${event.revision} has ${stated} of ${amountOf(event, 'limitCents')}`;
  }
  return undefined;
};

const loanDebt = (events: readonly AuditedEvent[]): string | undefined => {
  let paid = 0;
  for (const event of events) {
    if (event.type === 'LoanRepaid') paid += amountOf(event, 'amountCents');
    else if (event.type !== 'LoanGranted') continue;
    const { paidCents, outstandingCents, totalCents } = event.data as Record<string, number>;
    if (paid !== paidCents || paidCents! + outstandingCents! !== totalCents)
      return `${event.stream}: counted ${paid} repaid, the event of revision ${event.revision} has ${paidCents} of ${totalCents}`;
  }
  return undefined;
};

const RULES: Readonly<Record<string, (events: readonly AuditedEvent[]) => string | undefined>> = {
  accounts: accountBalance,
  cards: cardCredit,
  loans: loanDebt,
};

/** No operation happened twice: one withdrawal, charge, deposit and payment for each id. */
const doubled = (events: StoredEvents): readonly string[] =>
  (
    [
      ['MoneyDeposited', 'depositId'],
      ['MoneyWithdrawn', 'withdrawalId'],
      ['WithdrawalCancelled', 'withdrawalId'],
      ['CardCharged', 'chargeId'],
      ['ChargeCancelled', 'chargeId'],
      ['CardPaid', 'paymentId'],
      ['LoanRepaid', 'repaymentId'],
      ['PaymentRefunded', 'refundId'],
      ['RefundCredited', 'refundId'],
      ['ReturnAccepted', 'returnId'],
      ['ReturnCompleted', 'returnId'],
      ['StockAdded', 'restockId'],
    ] as const
  ).flatMap(([type, field]) =>
    [...groupBy(events.of(type), (event) => textOf(event, field))]
      .filter(([, group]) => group.length > 1)
      .map(([id, group]) => `${group.length} times ${type} ${id}, in ${group[0]!.stream}`),
  );

/** Money is conserved to the cent in every account, card and loan. */
export const moneyProblems = (events: StoredEvents): readonly string[] => {
  const streams = groupBy(events.all, ({ service, stream }) => `${service}/${stream}`);
  const wrong = [...streams.values()].flatMap((stream) => RULES[stream[0]!.service]?.(stream) ?? []);
  return [...wrong, ...doubled(events)];
};
