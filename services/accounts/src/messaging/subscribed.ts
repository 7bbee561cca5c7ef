import type { CardsEvent, CustomersEvent } from '@bankside/contracts';
import { replicateCustomers } from '@bankside/replicas';
import { mobileNumberChangeReactions } from '@bankside/mobile-number-change';
import type { Handle } from '@bankside/feed';
import { reactions, type ServiceDeps } from '@bankside/event-sourced';
import { accountNumbers } from './account-numbers';

/** Replicates customers and indexes accounts. Second in the chain of a choreographed change of a mobile number. */
export const subscribed = ({ store, now }: ServiceDeps): Readonly<Record<string, Handle>> => {
  const { acknowledge, rollBack } = mobileNumberChangeReactions({ store });
  const followCustomers = reactions<CustomersEvent>(
    {
      'customers.mobile-number-changed.v1': (change, cause) =>
        change.style === 'choreography' ? acknowledge(change, cause) : undefined,
    },
    now,
  );
  return {
    customers: async (client, events) => {
      await replicateCustomers(client, events); // First, so that an acknowledged change is in the replica.
      await followCustomers(client, events);
    },
    accounts: accountNumbers.replicate,
    cards: reactions<CardsEvent>(
      { 'cards.number-change-rejected.v1': rollBack, 'cards.number-change-rolled-back.v1': rollBack },
      now,
    ),
  };
};
