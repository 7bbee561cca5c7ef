import { amount, groupBy, sumsBy, text, type Fact, type Facts } from '../facts';

const net = (
  taken: ReadonlyMap<string, number>,
  returned: ReadonlyMap<string, number>,
  key: string,
): number => (taken.get(key) ?? 0) - (returned.get(key) ?? 0);

/** What each event says that the balance is after it, counted anew from the first event on. */
const accountBalance = (facts: readonly Fact[]): string | undefined => {
  let balance = 0;
  for (const fact of facts) {
    if (fact.type === 'MoneyDeposited' || fact.type === 'WithdrawalCancelled')
      balance += amount(fact, 'amountCents');
    else if (fact.type === 'MoneyWithdrawn') balance -= amount(fact, 'amountCents');
    else continue;
    if (balance < 0) return `${fact.stream}: ${balance} cents at revision ${fact.revision}`;
    if (balance !== amount(fact, 'balanceCents'))
      return `${fact.stream}: counted ${balance}, its event of revision ${fact.revision} says ${text(fact, 'balanceCents')}`;
  }
  return undefined;
};

const cardCredit = (facts: readonly Fact[]): string | undefined => {
  let used = 0;
  for (const fact of facts) {
    if (fact.type === 'CardCharged') used += amount(fact, 'amountCents');
    else if (fact.type === 'ChargeCancelled' || fact.type === 'CardPaid') used -= amount(fact, 'amountCents');
    else if (fact.type !== 'CardIssued') continue;
    const said = amount(fact, 'usedCents');
    if (used !== said || said + amount(fact, 'availableCents') !== amount(fact, 'limitCents'))
      return `${fact.stream}: counted ${used} used, its event of revision ${fact.revision} says ${said} of ${amount(fact, 'limitCents')}`;
  }
  return undefined;
};

const loanDebt = (facts: readonly Fact[]): string | undefined => {
  let paid = 0;
  for (const fact of facts) {
    if (fact.type === 'LoanRepaid') paid += amount(fact, 'amountCents');
    else if (fact.type !== 'LoanGranted') continue;
    const { paidCents, outstandingCents, totalCents } = fact.data as Record<string, number>;
    if (paid !== paidCents || paidCents! + outstandingCents! !== totalCents)
      return `${fact.stream}: counted ${paid} repaid, its event of revision ${fact.revision} says ${paidCents} of ${totalCents}`;
  }
  return undefined;
};

const RULES: Readonly<Record<string, (facts: readonly Fact[]) => string | undefined>> = {
  accounts: accountBalance,
  cards: cardCredit,
  loans: loanDebt,
};

/** No operation happened twice: one withdrawal, charge, deposit and payment for each id. */
const doubled = (facts: Facts): readonly string[] =>
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
    [...groupBy(facts.of(type), (fact) => text(fact, field))]
      .filter(([, group]) => group.length > 1)
      .map(([id, group]) => `${group.length} times ${type} ${id}, in ${group[0]!.stream}`),
  );

const ofOrder = (order: Fact, payWith: Readonly<Record<string, string>>, facts: Facts): number => {
  const [taken, returned] =
    'account' in payWith ? ['MoneyWithdrawn', 'WithdrawalCancelled'] : ['CardCharged', 'ChargeCancelled'];
  const about = (type: string): readonly Fact[] =>
    facts.of(type).filter(({ data }) => data['orderId'] === order.data['orderId']);
  const sum = (type: string): number =>
    about(type).reduce((total, fact) => total + amount(fact, 'amountCents'), 0);
  return sum(taken!) - sum(returned!);
};

/** A confirmed order took its total from whoever pays, any other nothing; and so it is with its payment. */
const orders = (facts: Facts): readonly string[] => {
  const confirmed = new Set(facts.of('OrderConfirmed').map((fact) => text(fact, 'orderId')));
  const captured = sumsBy(facts.of('PaymentCaptured'), 'orderId', 'amountCents');
  return facts.of('OrderPlaced').flatMap((order) => {
    const orderId = text(order, 'orderId');
    const due = confirmed.has(orderId) ? amount(order, 'totalCents') : 0;
    const moved = ofOrder(order, order.data['payWith'] as Readonly<Record<string, string>>, facts);
    return [
      ...(moved === due ? [] : [`order ${orderId} is to pay ${due} cents and paid ${moved}`]),
      ...((captured.get(orderId) ?? 0) === due
        ? []
        : [`order ${orderId} is to pay ${due} cents, its payment captured ${captured.get(orderId) ?? 0}`]),
    ];
  });
};

/** What left an account for a card arrived there. Withdrawals of orders bear the order's id. */
const cardPayments = (facts: Facts): readonly string[] => {
  const taken = sumsBy(facts.of('MoneyWithdrawn'), 'withdrawalId', 'amountCents');
  const returned = sumsBy(facts.of('WithdrawalCancelled'), 'withdrawalId', 'amountCents');
  return facts.of('CardPaid').flatMap((fact) => {
    const id = text(fact, 'paymentId');
    const left = net(taken, returned, id);
    const arrived = amount(fact, 'amountCents');
    return left === arrived ? [] : [`card payment ${id}: ${left} cents left the account, ${arrived} arrived`];
  });
};

/** Money is conserved to the cent: of every account, card and loan, of every order and payment. */
export const moneyProblems = (facts: Facts): readonly string[] => {
  const streams = groupBy(facts.all, ({ service, stream }) => `${service}/${stream}`);
  const wrong = [...streams.values()].flatMap((stream) => RULES[stream[0]!.service]?.(stream) ?? []);
  return [...wrong, ...doubled(facts), ...orders(facts), ...cardPayments(facts)];
};
