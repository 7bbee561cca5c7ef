import { amountOf, type AuditedEvent } from '@bankside/audit';
import { groupBy } from '@bankside/std';
import type { StoredEvents } from '../stored-events';

/** The sign with which an event's quantity changes the pieces on hand and those reserved. */
const CHANGES: Readonly<Record<string, readonly [onHand: number, reserved: number]>> = {
  StockAdded: [1, 0],
  StockReserved: [0, 1],
  StockReleased: [0, -1],
  StockCommitted: [-1, -1],
  StockReturned: [1, 0],
  StockWrittenOff: [0, 0],
};

const pieces = (events: readonly AuditedEvent[]): string | undefined => {
  let [onHand, reserved] = [0, 0];
  for (const event of events) {
    const change = CHANGES[event.type];
    if (change === undefined) continue;
    onHand += change[0] * amountOf(event, 'quantity');
    reserved += change[1] * amountOf(event, 'quantity');
    if (onHand < 0 || reserved < 0 || reserved > onHand)
      return `${event.stream}: ${onHand} on hand and ${reserved} reserved at revision ${event.revision}`;
    if (onHand !== amountOf(event, 'onHand') || reserved !== amountOf(event, 'reserved'))
      return `${event.stream}: counted ${onHand} and ${reserved}, its event of revision ${event.revision} differs`;
  }
  return reserved === 0 ? undefined : `${events[0]!.stream}: ${reserved} pieces are still reserved`;
};

/** Stock is never negative, equals its events and has no reservation left. */
export const stockProblems = (events: StoredEvents): readonly string[] => {
  const products = groupBy(
    events.all.filter(({ service }) => service === 'inventory'),
    ({ stream }) => stream,
  );
  return [...products.values()].flatMap((product) => pieces(product) ?? []);
};
