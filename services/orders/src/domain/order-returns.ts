// What customers send back after the confirmation: each piece at most once.
import { assertNever, reject, type DataOf } from '@bankside/kernel';
import type {
  AcceptReturn,
  Line,
  OrderCommand,
  OrderEvent,
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

const acceptReturn = ({ returnId, reason, at, ...asked }: AcceptReturn, order: Placed) => {
  if (order.returns.some((one) => one.returnId === returnId)) return [];
  const { status } = order;
  if (status === 'placed' || status === 'held') return reject('order-not-confirmed');
  if (status === 'rejected' || status === 'cancelled') return reject(`order-already-${status}`);
  return acceptOfConfirmed({ returnId, reason, at, lines: mergedReturn(asked.lines) }, order);
};

const acceptOfConfirmed = ({ returnId, reason, at, lines }: AcceptReturn, order: Placed) => {
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

const completeReturn = ({ returnId }: DataOf<OrderCommand, 'CompleteReturn'>, order: Placed) => {
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
const rejectReturn = ({ returnId, reason }: DataOf<OrderCommand, 'RejectReturn'>, order: Placed) => {
  const found = returnOf(order, returnId);
  if (found === undefined) return reject('return-not-found');
  if (found.status === 'rejected') return [];
  if (found.status === 'completed') return reject('return-already-completed');
  return [{ type: 'ReturnRejected' as const, data: { ...orderRefOf(order), returnId, reason } }];
};

const withReturn = (order: Placed, returnId: string, status: OrderReturn['status']): Placed => ({
  ...order,
  returns: order.returns.map((one) => (one.returnId === returnId ? { ...one, status } : one)),
});

type ReturnCommand = Extract<
  OrderCommand,
  Readonly<{ type: 'AcceptReturn' | 'CompleteReturn' | 'RejectReturn' }>
>;

const RETURN_COMMANDS: ReadonlySet<OrderCommand['type']> = new Set<ReturnCommand['type']>([
  'AcceptReturn',
  'CompleteReturn',
  'RejectReturn',
]);
export const isReturnCommand = (command: OrderCommand): command is ReturnCommand =>
  RETURN_COMMANDS.has(command.type);

export const decideReturn = (command: ReturnCommand, order: Placed) => {
  switch (command.type) {
    case 'AcceptReturn':
      return acceptReturn(command.data, order);
    case 'CompleteReturn':
      return completeReturn(command.data, order);
    case 'RejectReturn':
      return rejectReturn(command.data, order);
    default:
      return assertNever(command);
  }
};

type ReturnEvent = Extract<
  OrderEvent,
  Readonly<{ type: 'ReturnAccepted' | 'ReturnCompleted' | 'ReturnRejected' }>
>;

const RETURN_EVENTS: ReadonlySet<OrderEvent['type']> = new Set<ReturnEvent['type']>([
  'ReturnAccepted',
  'ReturnCompleted',
  'ReturnRejected',
]);
export const isReturnEvent = (event: OrderEvent): event is ReturnEvent => RETURN_EVENTS.has(event.type);

export const evolveReturn = (order: Placed, event: ReturnEvent): Placed => {
  switch (event.type) {
    case 'ReturnAccepted': {
      const { returnId, lines, refundCents } = event.data;
      return { ...order, returns: [...order.returns, { returnId, status: 'accepted', lines, refundCents }] };
    }
    case 'ReturnCompleted':
      return { ...withReturn(order, event.data.returnId, 'completed'), status: event.data.status };
    case 'ReturnRejected':
      return withReturn(order, event.data.returnId, 'rejected');
    default:
      return assertNever(event);
  }
};
