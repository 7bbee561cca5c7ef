import type { CardsEvent } from '@bankside/contracts';
import type { CustomerBlockEvent } from '@bankside/customer-closure';
import type { NumberChangeEvent } from '@bankside/mobile-number-change';
import { publicationMap } from '@bankside/kernel';
import { card, type CardEvent } from '../domain/card';

export const published = publicationMap<CardEvent | NumberChangeEvent | CustomerBlockEvent, CardsEvent>(
  {
    CardIssued: (data) => ({ type: 'cards.card-issued.v1', data: { ...data, kind: 'credit' } }),
    CardCharged: (data) => ({ type: 'cards.card-charged.v1', data }),
    ChargeCancelled: (data) => ({ type: 'cards.charge-cancelled.v1', data }),
    ChargeCancelledInAdvance: 'private',
    RefundCredited: (data) => ({ type: 'cards.refund-credited.v1', data }),
    CardPaid: (data) => ({ type: 'cards.card-paid.v1', data }),
    CardBlocked: ({ closureId: _private, ...data }) => ({ type: 'cards.card-blocked.v1', data }),
    CardUnblocked: ({ closureId: _private, ...data }) => ({ type: 'cards.card-unblocked.v1', data }),
    CardUnblockedInAdvance: 'private',
    CustomerBlocked: 'private',
    CustomerUnblocked: 'private',
    CustomerUnblockedInAdvance: 'private',
    NumberChangeAcknowledged: (data) => ({ type: 'cards.number-change-acknowledged.v1', data }),
    NumberChangeRejected: (data) => ({ type: 'cards.number-change-rejected.v1', data }),
    NumberChangeRolledBack: (data) => ({ type: 'cards.number-change-rolled-back.v1', data }),
  },
  card.upcasters,
);
