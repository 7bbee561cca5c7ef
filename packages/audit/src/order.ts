import { open, SETTLED, unfounded, wrong, type Judgement, type Matter } from './matter';
import { amountOf, textOf, type AuditedEvent } from './audited-event';
import { addTo, type Sums } from './sums';

type Line = Readonly<{ sku: string; quantity: number }>;
/** What an order has taken, or is due. */
type Share = Readonly<{
  /** Money that has left, by `account 1000000017 EUR`. */
  money: ReadonlyMap<string, number>;
  /** Pieces that have left the stock, and pieces that are held for the order, by sku. */
  pieces: ReadonlyMap<string, number>;
  reserved: ReadonlyMap<string, number>;
  /** `1000 EUR`, or `nothing`. */
  captured: string;
  held: string;
}>;

const NOTHING = 'nothing';
const NONE: Share = {
  money: new Map(),
  pieces: new Map(),
  reserved: new Map(),
  captured: NOTHING,
  held: NOTHING,
};

/** The sign with which an event moves money out of its account or card. */
const MONEY: Readonly<Record<string, 1 | -1>> = {
  MoneyWithdrawn: 1,
  WithdrawalCancelled: -1,
  CardCharged: 1,
  ChargeCancelled: -1,
};
/** The sign with which an event changes the pieces that are reserved for the order. */
const RESERVED: Readonly<Record<string, 1 | -1>> = {
  StockReserved: 1,
  StockReleased: -1,
  StockCommitted: -1,
};
/** What the payment holds and has captured after an event. */
const PAYMENT: Readonly<Record<string, (paid: string, before: Payment) => Payment>> = {
  PaymentAuthorized: (held, { captured }) => ({ held, captured }),
  PaymentCaptured: (captured) => ({ held: NOTHING, captured }),
  PaymentVoided: (_paid, { captured }) => ({ held: NOTHING, captured }),
  PaymentFailed: (_paid, { captured }) => ({ held: NOTHING, captured }),
};
type Payment = Pick<Share, 'held' | 'captured'>;
const ENDS: Readonly<Record<string, 'confirmed' | 'rejected' | 'cancelled'>> = {
  OrderConfirmed: 'confirmed',
  OrderRejected: 'rejected',
  OrderCancelled: 'cancelled',
};

const source = (kind: 'account' | 'card', number: unknown, currency: unknown): string =>
  `${kind} ${String(number)} ${String(currency)}`;
const sourceOf = ({ service, data }: AuditedEvent): string =>
  service === 'accounts'
    ? source('account', data['accountNumber'], data['currency'])
    : source('card', data['cardNumber'], data['currency']);

/** What a confirmed order takes. */
const dueTo = (placed: AuditedEvent): Share => {
  const { payWith, currency, lines } = placed.data;
  const pieces: Sums = new Map();
  for (const { sku, quantity } of lines as readonly Line[]) addTo(pieces, sku, quantity);
  if (payWith === undefined) return { ...NONE, pieces }; // There was nothing to pay.
  const { account, card } = payWith as Readonly<{ account?: string; card?: string }>;
  const total = amountOf(placed, 'totalCents');
  const from = account === undefined ? source('card', card, currency) : source('account', account, currency);
  return { ...NONE, money: new Map([[from, total]]), pieces, captured: `${total} ${String(currency)}` };
};

/** The first key whose amount differs from the amount due. */
const unequal = (taken: ReadonlyMap<string, number>, due: ReadonlyMap<string, number>) =>
  [...new Set([...due.keys(), ...taken.keys()])]
    .map((key) => ({ key, is: taken.get(key) ?? 0, due: due.get(key) ?? 0 }))
    .find((one) => one.is !== one.due);

const difference = (taken: Share, due: Share): string | undefined => {
  const money = unequal(taken.money, due.money);
  if (money) return `${money.is} cents left ${money.key}, and ${money.due} are due`;
  if (taken.captured !== due.captured)
    return `its payment has captured ${taken.captured}, and ${due.captured} is due`;
  if (taken.held !== due.held) return `its payment still holds ${taken.held}`;
  const pieces = unequal(taken.pieces, due.pieces);
  if (pieces) return `${pieces.is} of ${pieces.key} left the stock, and ${pieces.due} are due`;
  const reserved = unequal(taken.reserved, due.reserved);
  return reserved && `${reserved.is} of ${reserved.key} are still reserved`;
};

/**
 * An order with its money, payment and stock. Confirmed: its total has left the account or card that it names, its payment
 * is captured, and its pieces are out of stock. Rejected or cancelled: all of it is undone.
 */
export const orderMatter = (orderId: string): Matter => {
  const [money, pieces, reserved]: readonly [Sums, Sums, Sums] = [new Map(), new Map(), new Map()];
  let placed: AuditedEvent | undefined;
  let end: 'confirmed' | 'rejected' | 'cancelled' | undefined;
  let payment: Payment = { held: NOTHING, captured: NOTHING };

  const add = (event: AuditedEvent): void => {
    const { type } = event;
    if (type === 'OrderPlaced') placed = event;
    end = ENDS[type] ?? end;
    if (type in MONEY) addTo(money, sourceOf(event), MONEY[type]! * amountOf(event, 'amountCents'));
    if (type in RESERVED)
      addTo(reserved, textOf(event, 'sku'), RESERVED[type]! * amountOf(event, 'quantity'));
    if (type === 'StockCommitted') addTo(pieces, textOf(event, 'sku'), amountOf(event, 'quantity'));
    payment =
      PAYMENT[type]?.(`${textOf(event, 'amountCents')} ${textOf(event, 'currency')}`, payment) ?? payment;
  };

  const judge = (): Judgement => {
    const taken: Share = { money, pieces, reserved, ...payment };
    if (placed === undefined && end !== undefined)
      return wrong(`order ${orderId} was ${end} without having been placed`);
    if (placed !== undefined && end === undefined) return open(`order ${orderId} is placed and not ended`);
    const differs = difference(taken, placed !== undefined && end === 'confirmed' ? dueTo(placed) : NONE);
    if (differs === undefined) return SETTLED;
    return end === undefined
      ? unfounded(`order ${orderId}: ${differs}`)
      : wrong(`order ${orderId} is ${end}, but ${differs}`);
  };

  return { add, judge };
};
