import { handlerOf } from '@bankside/feed';
import type { Pool } from 'pg';

/** Indexes the transfers that each customer sent or received, which no single stream holds, from the service's own events. */
export const indexTransfers = handlerOf(['accounts.transfer-requested.v1'], async (client, events) => {
  for (const { data } of events)
    for (const customerId of new Set([data.customerId, data.recipientId]))
      await client.query('insert into transfer_by_customer values ($1, $2) on conflict do nothing', [
        customerId,
        data.transferId,
      ]);
});

/** The transfers of a customer, those that were requested a moment ago included. */
export const transfersOfCustomer =
  ({ pool, catchUp }: Readonly<{ pool: Pool; catchUp: (source: string) => Promise<void> }>) =>
  async (customerId: string): Promise<readonly string[]> => {
    await catchUp('accounts');
    const { rows } = await pool.query<Readonly<{ transfer_id: string }>>(
      'select transfer_id from transfer_by_customer where customer_id = $1 order by transfer_id',
      [customerId],
    );
    return rows.map(({ transfer_id }) => transfer_id);
  };
