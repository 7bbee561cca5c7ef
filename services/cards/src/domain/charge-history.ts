import { mayHaveBeenEvicted } from '@bankside/kernel';
import type { Card, CardEvent, Charged } from './card';

/** Whether a cancellation must read the history first: treating an evicted charge as unknown would lose its credit. */
export const needsHistory = (card: Card, chargeId: string): boolean =>
  card.status !== 'unissued' && mayHaveBeenEvicted(card.charges, (charged) => charged.chargeId === chargeId);

/** A step for `foldHistory`: finds the charge by its id, unless it was cancelled later. */
export const chargeFromHistory =
  (chargeId: string) =>
  (found: Charged | undefined, { type, data }: CardEvent): Charged | undefined => {
    if (type !== 'CardCharged' && type !== 'ChargeCancelled') return found;
    if (data.chargeId !== chargeId) return found;
    return type === 'CardCharged' ? data : undefined;
  };
