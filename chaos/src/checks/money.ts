import { amountOf, textOf, type AuditedEvent } from '@bankside/audit';
import { groupBy } from '@bankside/std';
import type { StoredEvents } from '../stored-events';

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

/** What is owed is what was granted and not cancelled, less what was repaid. */
const loanDebt = (events: readonly AuditedEvent[]): string | undefined => {
  let owed = 0;
  for (const event of events) {
    if (event.type === 'LoanGranted') owed += amountOf(event, 'totalCents');
    else if (event.type === 'LoanRepaid' || event.type === 'LoanCancelled')
      owed -= amountOf(event, 'amountCents');
    else continue;
    const stated = amountOf(event, 'outstandingCents');
    if (owed !== stated || owed < 0)
      return `${event.stream}: counted ${owed} owed, the event of revision ${event.revision} has ${stated}`;
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
      ['LoanGranted', 'loanNumber'],
      ['LoanPaidOut', 'loanNumber'],
      ['TransferRequested', 'transferId'],
      ['TransferCompleted', 'transferId'],
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

type Flow = readonly [sign: 1 | -1, type: string, field: string, which?: (event: AuditedEvent) => boolean];

const has =
  (field: string) =>
  ({ data }: AuditedEvent): boolean =>
    field in data;

/** Money between two places, with nothing under way: what left one has reached the other, over the whole bank. */
const IN_TRANSIT: Readonly<Record<string, readonly Flow[]>> = {
  transfers: [
    [1, 'MoneyWithdrawn', 'amountCents', has('transferId')],
    [-1, 'WithdrawalCancelled', 'amountCents', has('transferId')],
    [-1, 'MoneyDeposited', 'amountCents', has('transferId')],
  ],
  'loans paid out to accounts': [
    [1, 'LoanGranted', 'totalCents', has('payOutTo')],
    [-1, 'LoanCancelled', 'amountCents'],
    [-1, 'MoneyDeposited', 'amountCents', has('loanNumber')],
  ],
  'repayments of loans from accounts': [
    [1, 'MoneyWithdrawn', 'amountCents', has('loanNumber')],
    [-1, 'WithdrawalCancelled', 'amountCents', has('loanNumber')],
    [-1, 'LoanRepaid', 'amountCents', has('fromAccount')],
  ],
  'payments of cards': [
    [1, 'MoneyWithdrawn', 'amountCents', has('cardNumber')],
    [-1, 'WithdrawalCancelled', 'amountCents', has('cardNumber')],
    [-1, 'CardPaid', 'amountCents'],
  ],
  'orders and refunds': [
    [1, 'MoneyWithdrawn', 'amountCents', has('orderId')],
    [-1, 'WithdrawalCancelled', 'amountCents', has('orderId')],
    [1, 'CardCharged', 'amountCents', has('orderId')],
    [-1, 'ChargeCancelled', 'amountCents', has('orderId')],
    [-1, 'PaymentCaptured', 'amountCents'],
    [1, 'PaymentRefunded', 'amountCents'],
    [-1, 'RefundCredited', 'amountCents'],
    [-1, 'RefundHeld', 'amountCents'],
  ],
};

const lost = (events: StoredEvents): readonly string[] =>
  Object.entries(IN_TRANSIT).flatMap(([what, flows]) => {
    const cents = flows.reduce(
      (sum, [sign, type, field, which = () => true]) =>
        events
          .of(type)
          .reduce((flow, event) => (which(event) ? flow + sign * amountOf(event, field) : flow), sum),
      0,
    );
    return cents === 0 ? [] : [`${what}: ${cents} cents left and did not arrive`];
  });

/** Money is conserved to the cent in every account, card and loan, and between them. */
export const moneyProblems = (events: StoredEvents): readonly string[] => {
  const streams = groupBy(events.all, ({ service, stream }) => `${service}/${stream}`);
  const wrong = [...streams.values()].flatMap((stream) => RULES[stream[0]!.service]?.(stream) ?? []);
  return [...wrong, ...doubled(events), ...lost(events)];
};
