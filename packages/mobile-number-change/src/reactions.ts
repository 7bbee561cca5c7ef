import type { ProblemName } from '@bankside/contracts/problems';
import { commandHandler, type CommandContext } from '@bankside/kernel';
import { findReplicatedCustomer } from '@bankside/replicas';
import type { Cause, ServiceDeps } from '@bankside/event-sourced';
import type { PoolClient } from 'pg';
import { mobileNumberChange } from './mobile-number-change';

export type RequestedNumberChange = Readonly<{ customerId: string; changeId: string }>;

/** A service's own rule: the reason why it rejects a change, or undefined. */
export type RejectNumberChange = (
  change: RequestedNumberChange,
  context: CommandContext,
) => Promise<ProblemName | undefined>;

type MobileNumberChangeReactionDeps = Pick<ServiceDeps, 'store'> &
  Readonly<{
    /** Brings the replica of customers up to date. Not needed by a service that reacts to `customers` itself. */
    catchUp?: (source: string) => Promise<void>;
    rejectionOf?: RejectNumberChange;
  }>;

/**
 * The choreographed change: when the service before this one in the chain acknowledges a change, this one acknowledges
 * or rejects it; when the service after it rejects or rolls back, this one rolls back. Each reply is a commit, and its
 * event is what the next service reacts to.
 */
export const mobileNumberChangeReactions = ({
  store,
  catchUp,
  rejectionOf,
}: MobileNumberChangeReactionDeps) => {
  const changes = commandHandler(mobileNumberChange, store);

  const replicaRejects = async (
    client: PoolClient,
    { customerId, changeId }: RequestedNumberChange,
  ): Promise<string | undefined> => {
    let customer = await findReplicatedCustomer(client, customerId);
    if (customer?.lastNumberChange !== changeId && catchUp !== undefined) {
      await catchUp('customers');
      customer = await findReplicatedCustomer(client, customerId);
    }
    if (customer?.active !== true) return 'customer-not-active';
    return customer.lastNumberChange === changeId ? undefined : 'mobile-number-change-rolled-back';
  };

  return {
    acknowledge: async ({ customerId, changeId }: RequestedNumberChange, cause: Cause): Promise<void> => {
      const change = { customerId, changeId };
      const reason =
        (await replicaRejects(cause.client, change)) ?? (await rejectionOf?.(change, cause.context));
      await changes.handle(
        changeId,
        reason === undefined
          ? { type: 'AcknowledgeNumberChange', data: change }
          : { type: 'RejectNumberChange', data: { ...change, reason } },
        cause.context,
      );
    },
    rollBack: async (
      { customerId, changeId, reason }: RequestedNumberChange & Readonly<{ reason: string }>,
      { context }: Cause,
    ): Promise<void> => {
      const data = { customerId, changeId, reason };
      await changes.handle(changeId, { type: 'RollBackNumberChange', data }, context);
    },
  };
};
