import { commandContext } from '@bankside/event-sourced';
import { id, customerId } from '@bankside/contracts';
import { findReplicatedCustomer } from '@bankside/replicas';
import type { ProblemName } from '@bankside/contracts/problems';
import { keyReused, parseBody, parseParams, Problem, rejection } from '@bankside/http';
import { decideOnce, reject, type CommandContext, type EventStore, type Rejected } from '@bankside/kernel';
import { tellerOnly } from '@bankside/auth';
import { Router, type Response } from 'express';
import type { Pool } from 'pg';
import * as z from 'zod';
import type { RequestedNumberChange, RejectNumberChange } from './reactions';

const changeBody = z.strictObject({ changeId: id });
const customerPath = z.object({ customerId });
const changePath = z.object({ customerId, changeId: id });

const notReplicatedYet = (): Problem =>
  new Problem({
    name: 'view-behind',
    detail: 'The change has not arrived here yet.',
    retryAfter: 1,
  });

type MobileNumberChangeRouteDeps = Readonly<{
  store: EventStore;
  pool: Pool;
  catchUp: (source: string) => Promise<void>;
  now: () => Date;
  rejectionOf?: RejectNumberChange;
}>;

/**
 * The orchestrated change: a saga requests an acknowledgement, which is given once the replica has the new number. A
 * roll-back only records a tombstone, since the previous number comes back as an event of `customers`.
 */
export const mobileNumberChangeRoutes = ({
  store,
  pool,
  catchUp,
  now,
  rejectionOf,
}: MobileNumberChangeRouteDeps): Router => {
  const router = Router();

  const isRolledBack = async (changeId: string): Promise<boolean> => {
    const { rowCount } = await pool.query('select from number_change_rolled_back where change_id = $1', [
      changeId,
    ]);
    return rowCount === 1;
  };

  /** @throws Problem 503 until the replica has the change */
  const reasonToReject = async (
    change: RequestedNumberChange,
    context: CommandContext,
  ): Promise<ProblemName | undefined> => {
    const { customerId: of, changeId } = change;
    if (await isRolledBack(changeId)) return 'mobile-number-change-rolled-back';
    let customer = await findReplicatedCustomer(pool, of);
    if (customer?.lastNumberChange !== changeId) {
      await catchUp('customers');
      customer = await findReplicatedCustomer(pool, of);
    }
    if (customer?.active === false) return 'customer-not-active';
    if (customer?.lastNumberChange !== changeId) throw notReplicatedYet();
    return rejectionOf?.(change, context);
  };

  /** Responds to each command id once, as `decide` decides, and to a repeat with the first response. */
  const respondOnce = async (
    res: Response,
    changeId: string,
    context: CommandContext,
    decide: () => Promise<Rejected<ProblemName> | undefined>,
  ): Promise<void> => {
    const decision = await decideOnce(store, `number-change-${changeId}`, context, decide);
    if (decision.status === 'id-reused') throw keyReused();
    if (decision.repeated) res.set('Idempotent-Replayed', 'true');
    if (decision.status === 'rejected') throw rejection(decision.reason, 409);
    res.json({});
  };

  router.post('/:customerId/number-changes', tellerOnly, async (req, res) => {
    const { customerId: of } = parseParams(customerPath, req.params);
    const { changeId } = parseBody(changeBody, req.body);
    // `If-Match` does not apply to the aggregates that the rule concerns.
    const { expectedRevisions: _ignored, ...context } = commandContext(req, now);
    await respondOnce(res, changeId, context, async () => {
      const reason = await reasonToReject({ customerId: of, changeId }, context);
      return reason === undefined ? undefined : reject(reason);
    });
  });

  router.post('/:customerId/number-changes/:changeId/roll-back', tellerOnly, async (req, res) => {
    const { changeId } = parseParams(changePath, req.params);
    await respondOnce(res, changeId, commandContext(req, now), async () => {
      await pool.query('insert into number_change_rolled_back values ($1) on conflict do nothing', [
        changeId,
      ]);
      return undefined;
    });
  });
  return router;
};
