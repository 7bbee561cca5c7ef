import { mayHaveBeenEvicted } from '@bankside/kernel';
import type { Card, CardEvent, Charged } from './card';

/** Whether a cancellation must look into the history first: cancelling a forgotten charge as new would lose money. */
export const needsHistory = (card: Card, chargeId: string): boolean =>
  card.status !== 'unissued' && mayHaveBeenEvicted(card.charges, (charged) => charged.chargeId === chargeId);

/** One step of a fold over a card's whole history: the charge of that id, unless it was cancelled since. */
export const chargeFromHistory =
  (chargeId: string) =>
  (found: Charged | undefined, { type, data }: CardEvent): Charged | undefined => {
    if (type !== 'CardCharged' && type !== 'ChargeCancelled') return found;
    if (data.chargeId !== chargeId) return found;
    return type === 'CardCharged' ? data : undefined;
  };
