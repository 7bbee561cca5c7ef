import type { CardsEvent, CustomersEvent } from '@bankside/contracts';
import { copyCustomers, numberChangeReactions } from '@bankside/copies';
import type { Handle } from '@bankside/feed';
import { reactions, type ServiceDeps } from '@bankside/service';

/** Copies customers; second in the chain of a choreographed change of a mobile number. */
export const subscribed = ({ store, now }: ServiceDeps): Readonly<Record<string, Handle>> => {
  const { acknowledge, giveUp } = numberChangeReactions({ store });
  const followCustomers = reactions<CustomersEvent>(
    {
      'customers.mobile-number-changed.v1': (change, cause) =>
        change.style === 'choreography' ? acknowledge(change, cause) : undefined,
    },
    now,
  );
  return {
    customers: async (client, events) => {
      await copyCustomers(client, events); // First: what is acknowledged is in the copy.
      await followCustomers(client, events);
    },
    cards: reactions<CardsEvent>(
      { 'cards.number-change-refused.v1': giveUp, 'cards.number-change-rolled-back.v1': giveUp },
      now,
    ),
  };
};
