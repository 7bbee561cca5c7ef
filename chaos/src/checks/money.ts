import { amount, groupBy, sumsBy, text, type StoredEvent, type StoredEvents } from '../stored-events';

const net = (
  taken: ReadonlyMap<string, number>,
  returned: ReadonlyMap<string, number>,
  key: string,
): number => (taken.get(key) ?? 0) - (returned.get(key) ?? 0);

/** Recomputes the balance from the first event and compares it with the balance in each event. */
const accountBalance = (events: readonly StoredEvent[]): string | undefined => {
  let balance = 0;
  for (const event of events) {
    if (event.type === 'MoneyDeposited' || event.type === 'WithdrawalCancelled')
      balance += amount(event, 'amountCents');
    else if (event.type === 'MoneyWithdrawn') balance -= amount(event, 'amountCents');
    else continue;
    if (balance < 0) return `${event.stream}: ${balance} cents at revision ${event.revision}`;
    if (balance !== amount(event, 'balanceCents'))
      return `${event.stream}: counted ${balance}, the event of revision ${event.revision} has ${text(event, 'balanceCents')}`;
  }
  return undefined;
};

const cardCredit = (events: readonly StoredEvent[]): string | undefined => {
  let used = 0;
  for (const event of events) {
    if (event.type === 'CardCharged') used += amount(event, 'amountCents');
    else if (event.type === 'ChargeCancelled' || event.type === 'CardPaid')
      used -= amount(event, 'amountCents');
    else if (event.type !== 'CardIssued') continue;
    const stated = amount(event, 'usedCents');
    if (used !== stated || stated + amount(event, 'availableCents') !== amount(event, 'limitCents'))
      return `${event.stream}: counted ${used} used, the event of revision ${event.revision} has ${stated} of ${amount(event, 'limitCents')}`;
  }
  return undefined;
};

const loanDebt = (events: readonly StoredEvent[]): string | undefined => {
  let paid = 0;
  for (const event of events) {
    if (event.type === 'LoanRepaid') paid += amount(event, 'amountCents');
    else if (event.type !== 'LoanGranted') continue;
    const { paidCents, outstandingCents, totalCents } = event.data as Record<string, number>;
    if (paid !== paidCents || paidCents! + outstandingCents! !== totalCents)
      return `${event.stream}: counted ${paid} repaid, the event of revision ${event.revision} has ${paidCents} of ${totalCents}`;
  }
  return undefined;
};

const RULES: Readonly<Record<string, (events: readonly StoredEvent[]) => string | undefined>> = {
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
      ['StockAdded', 'restockId'],
    ] as const
  ).flatMap(([type, field]) =>
    [...groupBy(events.of(type), (event) => text(event, field))]
      .filter(([, group]) => group.length > 1)
      .map(([id, group]) => `${group.length} times ${type} ${id}, in ${group[0]!.stream}`),
  );

const ofOrder = (
  order: StoredEvent,
  payWith: Readonly<Record<string, string>>,
  events: StoredEvents,
): number => {
  const [taken, returned] =
    'account' in payWith ? ['MoneyWithdrawn', 'WithdrawalCancelled'] : ['CardCharged', 'ChargeCancelled'];
  const about = (type: string): readonly StoredEvent[] =>
    events.of(type).filter(({ data }) => data['orderId'] === order.data['orderId']);
  const sum = (type: string): number =>
    about(type).reduce((total, event) => total + amount(event, 'amountCents'), 0);
  return sum(taken!) - sum(returned!);
};

/** A confirmed order takes its total from its account or card and captures it; any other order takes nothing. */
const orders = (events: StoredEvents): readonly string[] => {
  const confirmed = new Set(events.of('OrderConfirmed').map((event) => text(event, 'orderId')));
  const captured = sumsBy(events.of('PaymentCaptured'), 'orderId', 'amountCents');
  return events.of('OrderPlaced').flatMap((order) => {
    const orderId = text(order, 'orderId');
    const due = confirmed.has(orderId) ? amount(order, 'totalCents') : 0;
    const moved = ofOrder(order, order.data['payWith'] as Readonly<Record<string, string>>, events);
    return [
      ...(moved === due ? [] : [`order ${orderId} is due ${due} cents and took ${moved}`]),
      ...((captured.get(orderId) ?? 0) === due
        ? []
        : [`order ${orderId} is due ${due} cents and its payment captured ${captured.get(orderId) ?? 0}`]),
    ];
  });
};

/** Money withdrawn for a card payment reaches the card. Withdrawals for orders carry the order's id instead. */
const cardPayments = (events: StoredEvents): readonly string[] => {
  const taken = sumsBy(events.of('MoneyWithdrawn'), 'withdrawalId', 'amountCents');
  const returned = sumsBy(events.of('WithdrawalCancelled'), 'withdrawalId', 'amountCents');
  return events.of('CardPaid').flatMap((event) => {
    const id = text(event, 'paymentId');
    const left = net(taken, returned, id);
    const arrived = amount(event, 'amountCents');
    return left === arrived ? [] : [`card payment ${id}: ${left} cents left the account, ${arrived} arrived`];
  });
};

/** Money is conserved to the cent in every account, card, loan, order and payment. */
export const moneyProblems = (events: StoredEvents): readonly string[] => {
  const streams = groupBy(events.all, ({ service, stream }) => `${service}/${stream}`);
  const wrong = [...streams.values()].flatMap((stream) => RULES[stream[0]!.service]?.(stream) ?? []);
  return [...wrong, ...doubled(events), ...orders(events), ...cardPayments(events)];
};
