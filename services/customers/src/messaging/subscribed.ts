import type { AccountsEvent, LoansEvent } from '@bankside/contracts';
import type { Handle } from '@bankside/feed';
import { commandHandler } from '@bankside/kernel';
import { reactions, type Cause, type ServiceDeps } from '@bankside/event-sourced';
import { customer } from '../domain/customer';

type Change = Readonly<{ customerId: string; changeId: string }>;

/**
 * Starts and ends the chain of a choreographed change of a mobile number: settles it when `loans` acknowledge it, and rolls
 * it back when `accounts` reject it or roll back. A change that has ended otherwise stays as it is.
 */
export const subscribed = ({ store, now }: ServiceDeps): Readonly<Record<string, Handle>> => {
  const customers = commandHandler(customer, store);
  const settle = async ({ customerId, changeId }: Change, { context }: Cause): Promise<void> => {
    await customers.handle(customerId, { type: 'SettleMobileNumber', data: { changeId } }, context);
  };
  const rollBack = async (
    rejected: Change & Readonly<{ reason: string }>,
    { context }: Cause,
  ): Promise<void> => {
    const { customerId, changeId, reason } = rejected;
    await customers.handle(customerId, { type: 'RollBackMobileNumber', data: { changeId, reason } }, context);
  };
  return {
    accounts: reactions<AccountsEvent>(
      { 'accounts.number-change-rejected.v1': rollBack, 'accounts.number-change-rolled-back.v1': rollBack },
      now,
    ),
    loans: reactions<LoansEvent>({ 'loans.number-change-acknowledged.v1': settle }, now),
  };
};
