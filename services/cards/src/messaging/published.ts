import type { CardsEvent } from '@bankside/contracts';
import type { NumberChangeEvent } from '@bankside/copies';
import { publisher } from '@bankside/kernel';
import { card, type CardEvent } from '../domain/card';

export const published = publisher<CardEvent | NumberChangeEvent, CardsEvent>(
  {
    CardIssued: (data) => ({ type: 'cards.card-issued.v1', data: { ...data, kind: 'credit' } }),
    CardCharged: (data) => ({ type: 'cards.card-charged.v1', data }),
    ChargeCancelled: (data) => ({ type: 'cards.charge-cancelled.v1', data }),
    ChargeForestalled: 'private',
    CardPaid: (data) => ({ type: 'cards.card-paid.v1', data }),
    CardBlocked: (data) => ({ type: 'cards.card-blocked.v1', data }),
    NumberChangeAcknowledged: (data) => ({ type: 'cards.number-change-acknowledged.v1', data }),
    NumberChangeRefused: (data) => ({ type: 'cards.number-change-refused.v1', data }),
    NumberChangeRolledBack: (data) => ({ type: 'cards.number-change-rolled-back.v1', data }),
  },
  card.upcasters,
);
