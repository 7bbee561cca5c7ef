import type { CardsEvent, CustomersEvent } from '@bankside/contracts';
import { replicateCustomers } from '@bankside/replicas';
import { mobileNumberChangeReactions } from '@bankside/mobile-number-change';
import { inOrder, type Handle } from '@bankside/feed';
import { reactions, type Cause, type ServiceDeps } from '@bankside/event-sourced';
import { commandHandler } from '@bankside/kernel';
import { derivedCommandId } from '@bankside/std';
import { transfer } from '../domain/transfer';
import { accountNumbers } from './account-numbers';
import { indexTransfers, transfersOfCustomer } from './transfers-by-customer';

/**
 * Replicates customers, indexes accounts and transfers, and forgets the purposes of a forgotten customer's transfers. Second
 * in the chain of a choreographed change of a mobile number.
 */
export const subscribed = ({
  store,
  now,
  pool,
  catchUp,
}: Pick<ServiceDeps, 'store' | 'now' | 'pool' | 'catchUp'>): Readonly<Record<string, Handle>> => {
  const { acknowledge, rollBack } = mobileNumberChangeReactions({ store });
  const transfers = commandHandler(transfer, store);
  const transfersOf = transfersOfCustomer({ pool, catchUp });
  const forgetTransfers = async (
    { customerId }: Readonly<{ customerId: string }>,
    { context }: Cause,
  ): Promise<void> => {
    for (const transferId of await transfersOf(customerId))
      await transfers.handle(
        transferId,
        { type: 'ForgetTransfer', data: {} },
        { ...context, commandId: derivedCommandId(context.commandId, transferId) },
      );
  };
  const followCustomers = reactions<CustomersEvent>(
    {
      'customers.mobile-number-changed.v1': (change, cause) =>
        change.style === 'choreography' ? acknowledge(change, cause) : undefined,
      'customers.customer-forgotten.v1': forgetTransfers,
    },
    now,
  );
  return {
    // The replica first, so that an acknowledged change is in it.
    customers: inOrder(replicateCustomers, followCustomers),
    accounts: inOrder(accountNumbers.replicate, indexTransfers),
    cards: reactions<CardsEvent>(
      { 'cards.number-change-rejected.v1': rollBack, 'cards.number-change-rolled-back.v1': rollBack },
      now,
    ),
  };
};
