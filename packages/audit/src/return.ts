import { amountOf, textOf, type AuditedEvent } from './audited-event';
import { open, SETTLED, unfounded, wrong, type Judgement, type Matter } from './matter';

type Line = Readonly<{ sku: string; quantity: number; writeOff: boolean }>;

/** What a return moves: cents that payments refunds and that arrive somewhere, and pieces by sku and fate. */
type Share = Readonly<Record<string, number>>;

const pieces = (sku: string, writeOff: boolean): string =>
  `pieces of ${sku} ${writeOff ? 'written off' : 'restocked'}`;
const REFUNDED = 'cents refunded by the payment';
const ARRIVED = 'cents credited or held';

/** What an event moves. */
const MOVES: Readonly<Record<string, (event: AuditedEvent) => readonly [string, number]>> = {
  PaymentRefunded: (event) => [REFUNDED, amountOf(event, 'amountCents')],
  RefundCredited: (event) => [ARRIVED, amountOf(event, 'amountCents')],
  RefundHeld: (event) => [ARRIVED, amountOf(event, 'amountCents')],
  StockReturned: (event) => [pieces(textOf(event, 'sku'), false), amountOf(event, 'quantity')],
  StockWrittenOff: (event) => [pieces(textOf(event, 'sku'), true), amountOf(event, 'quantity')],
};

const dueTo = (accepted: AuditedEvent): Share => {
  const refundCents = amountOf(accepted, 'refundCents');
  const money = refundCents > 0 ? { [REFUNDED]: refundCents, [ARRIVED]: refundCents } : {};
  const lines = accepted.data['lines'] as readonly Line[];
  return {
    ...money,
    ...Object.fromEntries(lines.map(({ sku, quantity, writeOff }) => [pieces(sku, writeOff), quantity])),
  };
};

const difference = (moved: Share, due: Share): string | undefined => {
  const what = Object.keys({ ...due, ...moved }).find((key) => (moved[key] ?? 0) !== (due[key] ?? 0));
  return what === undefined ? undefined : `${moved[what] ?? 0} ${what}, and ${due[what] ?? 0} are due`;
};

/**
 * A return of pieces of an order. Completed: its price is refunded once and has arrived or is held, and its pieces are
 * back or written off. Rejected: nothing moved. That no piece is returned twice, and no more refunded than captured, are
 * rules of orders and payments.
 */
export const returnMatter = (returnId: string): Matter => {
  const moved: Record<string, number> = {};
  let accepted: AuditedEvent | undefined;
  let end: 'completed' | 'rejected' | undefined;

  const judge = (): Judgement => {
    const name = `return ${returnId}`;
    if (accepted === undefined)
      return end === undefined
        ? unfounded(`${name} was not accepted, but ${difference(moved, {}) ?? 'something moved'}`)
        : wrong(`${name} is ${end} without having been accepted`);
    if (end === undefined) return open(`${name} is accepted and not ended`);
    const differs = difference(moved, end === 'completed' ? dueTo(accepted) : {});
    return differs === undefined ? SETTLED : wrong(`${name} is ${end}, but ${differs}`);
  };

  return {
    add: (event) => {
      if (event.type === 'ReturnAccepted') accepted = event;
      if (event.type === 'ReturnCompleted') end = 'completed';
      if (event.type === 'ReturnRejected') end = 'rejected';
      const move = MOVES[event.type]?.(event);
      if (move !== undefined) moved[move[0]] = (moved[move[0]] ?? 0) + move[1];
    },
    judge,
  };
};
