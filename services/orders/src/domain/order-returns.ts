// What customers send back after the confirmation: each piece at most once.
import { reject, type DataOf } from '@bankside/kernel';
import type {
  AcceptReturn,
  Line,
  OrderCommand,
  OrderRef,
  OrderReturn,
  Placed,
  ReturnedLine,
} from './order-types';

/** Bounds the state of an order. */
export const MAX_RETURNS = 100;

export const orderRefOf = ({ orderId, customerId }: OrderRef): OrderRef => ({ orderId, customerId });

/** One line for each sku and fate, in the order of their first lines. */
const mergedReturn = (lines: readonly ReturnedLine[]): readonly ReturnedLine[] => {
  const merged = new Map<string, ReturnedLine>();
  for (const { sku, quantity, writeOff } of lines) {
    const key = `${sku} ${writeOff}`;
    merged.set(key, { sku, quantity: quantity + (merged.get(key)?.quantity ?? 0), writeOff });
  }
  return [...merged.values()];
};

const piecesOf = (lines: readonly Pick<Line, 'sku' | 'quantity'>[], sku: string): number =>
  lines.reduce((sum, line) => sum + (line.sku === sku ? line.quantity : 0), 0);

/** Pieces of a sku that were not returned, and are not being returned. */
export const returnable = ({ lines, returns }: Placed, sku: string): number =>
  piecesOf(lines, sku) -
  returns.reduce((sum, one) => sum + (one.status === 'rejected' ? 0 : piecesOf(one.lines, sku)), 0);

export const refundedCents = ({ returns }: Placed): number =>
  returns.reduce((sum, one) => sum + (one.status === 'rejected' ? 0 : one.refundCents), 0);

const refundOf = ({ lines }: Placed, returned: readonly ReturnedLine[]): number =>
  lines.reduce((sum, { sku, unitPriceCents }) => sum + unitPriceCents * piecesOf(returned, sku), 0);

export const acceptReturn = ({ returnId, reason, at, ...asked }: AcceptReturn, order: Placed) => {
  if (order.returns.some((one) => one.returnId === returnId)) return [];
  if (order.status === 'placed' || order.status === 'held') return reject('order-not-confirmed');
  if (order.status === 'rejected' || order.status === 'cancelled')
    return reject(`order-already-${order.status}`);
  const lines = mergedReturn(asked.lines);
  if (lines.some(({ sku }) => piecesOf(lines, sku) > returnable(order, sku)))
    return reject('more-returned-than-bought');
  if (order.returnableUntil !== undefined && at > order.returnableUntil) return reject('return-too-late');
  if (order.returns.length >= MAX_RETURNS) return reject('too-many-returns');
  const { currency, payWith } = order;
  const refund = { refundCents: refundOf(order, lines), currency, ...(payWith && { payWith }) };
  return [
    { type: 'ReturnAccepted' as const, data: { ...orderRefOf(order), returnId, lines, reason, ...refund } },
  ];
};

const returnOf = ({ returns }: Placed, returnId: string): OrderReturn | undefined =>
  returns.find((one) => one.returnId === returnId);

export const completeReturn = ({ returnId }: DataOf<OrderCommand, 'CompleteReturn'>, order: Placed) => {
  const found = returnOf(order, returnId);
  if (found === undefined) return reject('return-not-found');
  if (found.status === 'completed') return [];
  if (found.status === 'rejected') return reject('return-already-rejected');
  const completed = order.returns.filter((one) => one.status === 'completed' || one === found);
  const isAll = order.lines.every(
    ({ sku, quantity }) => completed.reduce((sum, { lines }) => sum + piecesOf(lines, sku), 0) === quantity,
  );
  const status = isAll ? ('returned' as const) : ('partly-returned' as const);
  return [{ type: 'ReturnCompleted' as const, data: { ...orderRefOf(order), returnId, status } }];
};

/** Its pieces may be returned again. */
export const rejectReturn = ({ returnId, reason }: DataOf<OrderCommand, 'RejectReturn'>, order: Placed) => {
  const found = returnOf(order, returnId);
  if (found === undefined) return reject('return-not-found');
  if (found.status === 'rejected') return [];
  if (found.status === 'completed') return reject('return-already-completed');
  return [{ type: 'ReturnRejected' as const, data: { ...orderRefOf(order), returnId, reason } }];
};

export const withReturn = (order: Placed, returnId: string, status: OrderReturn['status']): Placed => ({
  ...order,
  returns: order.returns.map((one) => (one.returnId === returnId ? { ...one, status } : one)),
});
