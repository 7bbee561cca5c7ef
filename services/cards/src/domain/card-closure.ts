// Blocking and unblocking, also because the customer leaves or stays.
import { appendBounded, assertNever, reject, type DataOf } from '@bankside/kernel';
import type { CardCommand, CardEvent, Closure, Holder, Issued } from './card-types';

export const holderOf = ({ cardNumber, customerId, currency }: Holder): Holder => ({
  cardNumber,
  customerId,
  currency,
});

export const block = (blocking: DataOf<CardCommand, 'BlockCard'>, card: Issued) => {
  if ('closureId' in blocking) return close(blocking, card);
  return card.status === 'blocked' ? [] : [{ type: 'CardBlocked' as const, data: holderOf(card) }];
};

const close = ({ closureId, forced }: Closure & Readonly<{ forced: boolean }>, card: Issued) => {
  if (card.reversedClosures.includes(closureId)) return reject('closure-reversed');
  if (card.usedCents !== 0) return reject('card-not-settled');
  if (card.status === 'blocked') return [];
  if (!forced) return reject('card-open');
  return [{ type: 'CardBlocked' as const, data: { ...holderOf(card), closureId } }];
};

/** Never rejected. */
export const unblock = ({ closureId }: Closure, card: Issued) => {
  if (card.reversedClosures.includes(closureId)) return [];
  if (card.blockedBy === closureId)
    return [{ type: 'CardUnblocked' as const, data: { ...holderOf(card), closureId } }];
  if (card.status === 'blocked') return []; // By another closure, or without one.
  return [{ type: 'CardUnblockedInAdvance' as const, data: { cardNumber: card.cardNumber, closureId } }];
};

const OF_CLOSURE: ReadonlySet<CardEvent['type']> = new Set<ClosureEvent['type']>([
  'CardBlocked',
  'CardUnblocked',
  'CardUnblockedInAdvance',
]);
export const isOfClosure = (event: CardEvent): event is ClosureEvent => OF_CLOSURE.has(event.type);

type ClosureEvent = Extract<
  CardEvent,
  Readonly<{ type: 'CardBlocked' | 'CardUnblocked' | 'CardUnblockedInAdvance' }>
>;

export const evolveClosure = (card: Issued, event: ClosureEvent): Issued => {
  switch (event.type) {
    case 'CardBlocked':
      return { ...card, status: 'blocked', ...blockedBy(event.data) };
    case 'CardUnblocked':
      return { ...reversed(card, event.data), status: 'active' };
    case 'CardUnblockedInAdvance':
      return reversed(card, event.data);
    default:
      return assertNever(event);
  }
};

const blockedBy = ({ closureId }: Partial<Closure>) =>
  closureId === undefined ? {} : { blockedBy: closureId };

const reversed = ({ blockedBy: _closure, ...card }: Issued, { closureId }: Closure): Issued => ({
  ...card,
  reversedClosures: appendBounded(card.reversedClosures, closureId),
});
