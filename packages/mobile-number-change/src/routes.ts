import { commandContext } from '@bankside/event-sourced';
import { id, customerId } from '@bankside/contracts';
import { findReplicatedCustomer } from '@bankside/replicas';
import { parseBody, parseParams, Problem, rejection } from '@bankside/http';
import { staffOnly } from '@bankside/auth';
import { Router } from 'express';
import type { Pool } from 'pg';
import { z } from 'zod';
import type { RejectNumberChange } from './reactions';

const changeBody = z.strictObject({ changeId: id });
const customerPath = z.object({ customerId });
const changePath = z.object({ customerId, changeId: id });

const notReplicatedYet = (): Problem =>
  new Problem({
    name: 'view-behind',
    detail: 'The change has not arrived here yet.',
    retryAfter: 1,
  });

export type MobileNumberChangeRouteDeps = Readonly<{
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

  router.post('/:customerId/number-changes', staffOnly, async (req, res) => {
    const params = parseParams(customerPath, req.params);
    const { changeId } = parseBody(changeBody, req.body);
    if (await isRolledBack(changeId)) throw rejection('mobile-number-change-rolled-back');
    let customer = await findReplicatedCustomer(pool, params.customerId);
    if (customer?.lastNumberChange !== changeId) {
      await catchUp('customers');
      customer = await findReplicatedCustomer(pool, params.customerId);
    }
    if (customer?.active === false) throw rejection('customer-not-active');
    if (customer?.lastNumberChange !== changeId) throw notReplicatedYet();
    // `If-Match` does not apply to the aggregates that the rule concerns.
    const { expectedRevision: _ignored, ...context } = commandContext(req, now);
    const reason = await rejectionOf?.({ customerId: params.customerId, changeId }, context);
    if (reason !== undefined) throw rejection(reason, 409);
    res.json({});
  });

  router.post('/:customerId/number-changes/:changeId/roll-back', staffOnly, async (req, res) => {
    const { changeId } = parseParams(changePath, req.params);
    await pool.query('insert into number_change_rolled_back values ($1) on conflict do nothing', [changeId]);
    res.json({});
  });
  return router;
};
