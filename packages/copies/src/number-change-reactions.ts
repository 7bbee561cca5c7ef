import { commandHandler } from '@bankside/kernel';
import type { Cause, ServiceDeps } from '@bankside/service';
import type { PoolClient } from 'pg';
import { numberChange } from './number-change';
import { changeSeenBy } from './number-changes';

type Change = Readonly<{ customerId: string; changeId: string }>;
type Refused = Change & Readonly<{ reason: string }>;

export type NumberChangeReactionDeps = Pick<ServiceDeps, 'store'> &
  Readonly<{
    /** Brings the copies to where customers are; left out by who reacts to customers themselves. */
    catchUp?: (source: string) => Promise<void>;
    /** Why the service refuses, besides what its copies say. */
    refusalOf?: (change: Change, cause: Cause) => Promise<string | undefined>;
  }>;

/**
 * What a service with copies does in a choreographed change of a mobile number: hearing that the one before it
 * acknowledged the change, it acknowledges it, too, or refuses it; hearing that the one after it refused or gave up, it
 * gives up. Each is a commit, and so an event that the next one hears.
 */
export const numberChangeReactions = ({ store, catchUp, refusalOf }: NumberChangeReactionDeps) => {
  const changes = commandHandler(numberChange, store);

  const copyRefuses = async (client: PoolClient, { customerId, changeId }: Change) => {
    let seen = await changeSeenBy(client, customerId);
    if (seen?.number_change !== changeId && catchUp !== undefined) {
      await catchUp('customers');
      seen = await changeSeenBy(client, customerId);
    }
    if (seen?.active !== true) return 'customer-not-active';
    return seen.number_change === changeId ? undefined : 'mobile-number-change-rolled-back';
  };

  return {
    acknowledge: async ({ customerId, changeId }: Change, cause: Cause): Promise<void> => {
      const change = { customerId, changeId };
      const reason = (await copyRefuses(cause.client, change)) ?? (await refusalOf?.(change, cause));
      await changes.handle(
        changeId,
        reason === undefined
          ? { type: 'AcknowledgeNumberChange', data: change }
          : { type: 'RefuseNumberChange', data: { ...change, reason } },
        cause.context,
      );
    },
    giveUp: async ({ customerId, changeId, reason }: Refused, { context }: Cause): Promise<void> => {
      const data = { customerId, changeId, reason };
      await changes.handle(changeId, { type: 'RollBackNumberChange', data }, context);
    },
  };
};
