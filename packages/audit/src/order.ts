import { open, SETTLED, unfounded, wrong, type Judgement, type Matter } from './matter';
import { amount, text, type StoredEvent } from './stored-event';

type Line = Readonly<{ sku: string; quantity: number }>;
type Pieces = { reserved: number; committed: number };
/** Money that left one account or card, by `account 1000000017 EUR`. */
type Money = Map<string, number>;

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
const ENDS: Readonly<Record<string, 'confirmed' | 'rejected' | 'cancelled'>> = {
  OrderConfirmed: 'confirmed',
  OrderRejected: 'rejected',
  OrderCancelled: 'cancelled',
};

const purse = (kind: string, number: unknown, currency: unknown): string =>
  `${kind} ${String(number)} ${String(currency)}`;
const purseOf = ({ service, data }: StoredEvent): string =>
  service === 'accounts'
    ? purse('account', data['accountNumber'], data['currency'])
    : purse('card', data['cardNumber'], data['currency']);
const chosenPurse = ({ data }: StoredEvent): string => {
  const payWith = data['payWith'] as Readonly<{ account?: string; card?: string }>;
  return 'account' in payWith
    ? purse('account', payWith.account, data['currency'])
    : purse('card', payWith.card, data['currency']);
};

/**
 * An order with its money, payment and stock. Confirmed: its total has left the account or card that it names, its payment
 * is captured, and its pieces are out of stock. Rejected or cancelled: all of it is undone.
 */
export const orderMatter = (orderId: string): Matter => {
  const money: Money = new Map();
  const stock = new Map<string, Pieces>();
  let placed: StoredEvent | undefined;
  let end: 'confirmed' | 'rejected' | 'cancelled' | undefined;
  /** What the payment holds or has captured: `1000 EUR`. */
  let [authorized, captured]: readonly (string | undefined)[] = [];

  const add = (event: StoredEvent): void => {
    const { type } = event;
    if (type === 'OrderPlaced') placed = event;
    end = ENDS[type] ?? end;
    const moved = MONEY[type];
    if (moved !== undefined)
      money.set(purseOf(event), (money.get(purseOf(event)) ?? 0) + moved * amount(event, 'amountCents'));
    const reserved = RESERVED[type];
    if (reserved !== undefined) {
      const pieces = stock.get(text(event, 'sku')) ?? { reserved: 0, committed: 0 };
      pieces.reserved += reserved * amount(event, 'quantity');
      if (type === 'StockCommitted') pieces.committed += amount(event, 'quantity');
      stock.set(text(event, 'sku'), pieces);
    }
    const paid = `${text(event, 'amountCents')} ${text(event, 'currency')}`;
    if (type === 'PaymentAuthorized') authorized = paid;
    if (type === 'PaymentCaptured') [authorized, captured] = [undefined, paid];
    if (type === 'PaymentVoided' || type === 'PaymentFailed') authorized = undefined;
    if (type === 'PaymentRefunded') captured = undefined;
  };

  /** How money, payment and stock differ from those of an order that is due `total` and `lines`. */
  const difference = (
    due: Readonly<{ from: string; total: number; payment: string | undefined; lines: readonly Line[] }>,
  ): string | undefined => {
    const wanted = new Map<string, number>();
    for (const { sku, quantity } of due.lines) wanted.set(sku, (wanted.get(sku) ?? 0) + quantity);
    for (const from of new Set([due.from, ...money.keys()])) {
      const [left, right] = [money.get(from) ?? 0, from === due.from ? due.total : 0];
      if (left !== right) return `${left} cents left ${from}, and ${right} are due`;
    }
    if (captured !== due.payment)
      return `its payment has captured ${captured ?? 'nothing'}, and ${due.payment ?? 'nothing'} is due`;
    if (authorized !== undefined) return `its payment still holds ${authorized}`;
    for (const sku of new Set([...wanted.keys(), ...stock.keys()])) {
      const { reserved, committed } = stock.get(sku) ?? { reserved: 0, committed: 0 };
      const quantity = wanted.get(sku) ?? 0;
      if (committed !== quantity) return `${committed} of ${sku} left the stock, and ${quantity} are due`;
      if (reserved !== 0) return `${reserved} of ${sku} are still reserved`;
    }
    return undefined;
  };

  const judge = (): Judgement => {
    const undone = difference({ from: '', total: 0, payment: undefined, lines: [] });
    if (placed === undefined) {
      if (end !== undefined) return wrong(`order ${orderId} was ${end} without having been placed`);
      return undone === undefined ? SETTLED : unfounded(`order ${orderId}: ${undone}`);
    }
    if (end === undefined) return open(`order ${orderId} is placed and not ended`);
    if (end !== 'confirmed')
      return undone === undefined ? SETTLED : wrong(`order ${orderId} is ${end}, but ${undone}`);
    const total = amount(placed, 'totalCents');
    const differs = difference({
      from: total === 0 ? '' : chosenPurse(placed),
      total,
      payment: `${total} ${text(placed, 'currency')}`,
      lines: placed.data['lines'] as readonly Line[],
    });
    return differs === undefined ? SETTLED : wrong(`order ${orderId} is confirmed, but ${differs}`);
  };

  return { add, judge };
};
