import { id, customerId } from '@bankside/contracts';
import { parseBody, parseParams, Problem, rejection, staffOnly } from '@bankside/service';
import { Router, type Request } from 'express';
import type { Pool, PoolClient } from 'pg';
import { z } from 'zod';

/** Changes of a mobile number that were rolled back, so that what comes late is refused. */
export const numberChangeTables = `
  create table if not exists number_change_rolled_back (change_id text primary key);`;

type Seen = Readonly<{ active: boolean; number_change: string | null }>;

/** Whether a customer is active, and the last change of the mobile number, as this service's copy knows them. */
export const changeSeenBy = async (
  database: Pool | PoolClient,
  customerId: string,
): Promise<Seen | undefined> => {
  const { rows } = await database.query<Seen>(
    'select active, number_change from customer_copy where customer_id = $1',
    [customerId],
  );
  return rows[0];
};

const changeBody = z.strictObject({ changeId: id });
const customerPath = z.object({ customerId });
const changePath = z.object({ customerId, changeId: id });

const behind = (): Problem =>
  new Problem({
    name: 'view-behind',
    status: 503,
    detail: 'The change has not arrived here yet.',
    retryAfter: 1,
  });

export type NumberChangeDeps = Readonly<{
  pool: Pool;
  catchUp: (source: string) => Promise<void>;
  /** What else the service has to say; throws when a rule of its own refuses. */
  accept?: (req: Request, change: Readonly<{ customerId: string; changeId: string }>) => Promise<void>;
}>;

/**
 * The part of a service with copies in a change of a mobile number: it says yes when its own copy has the new number.
 * Rolling back needs no more than a note: the number from before comes as an event.
 */
export const numberChangeRoutes = ({ pool, catchUp, accept }: NumberChangeDeps): Router => {
  const router = Router();

  const isRolledBack = async (changeId: string): Promise<boolean> => {
    const { rowCount } = await pool.query('select from number_change_rolled_back where change_id = $1', [
      changeId,
    ]);
    return rowCount === 1;
  };

  router.post('/:customerId/number-changes', staffOnly, async (req, res) => {
    const whose = parseParams(customerPath, req.params).customerId;
    const { changeId } = parseBody(changeBody, req.body);
    if (await isRolledBack(changeId)) throw rejection('mobile-number-change-rolled-back', 409);
    let seen = await changeSeenBy(pool, whose);
    if (seen?.number_change !== changeId) {
      await catchUp('customers');
      seen = await changeSeenBy(pool, whose);
    }
    if (seen?.active === false) throw rejection('customer-not-active', 409);
    if (seen?.number_change !== changeId) throw behind();
    await accept?.(req, { customerId: whose, changeId });
    res.json({});
  });

  router.post('/:customerId/number-changes/:changeId/roll-back', staffOnly, async (req, res) => {
    const { changeId } = parseParams(changePath, req.params);
    await pool.query('insert into number_change_rolled_back values ($1) on conflict do nothing', [changeId]);
    res.json({});
  });
  return router;
};
