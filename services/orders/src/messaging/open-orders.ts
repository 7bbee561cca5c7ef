import type { EventEnvelope, OrdersEvent } from '@bankside/contracts';
import type { Pool, PoolClient } from 'pg';

/**
 * Maintains the list of orders and returns under way, which no single stream holds, from the service's own events. Runs in the
 * transaction that moves the checkpoint, so each event takes effect once.
 */
export const listOpenOrders = async (client: PoolClient, events: readonly EventEnvelope[]): Promise<void> => {
  for (const event of events) {
    const { type, data } = event as unknown as OrdersEvent;
    // A return is under way like an order: its money needs the customer's account or card.
    const id = 'returnId' in data ? data.returnId : data.orderId;
    if (type === 'orders.order-placed.v1' || type === 'orders.return-accepted.v1')
      await client.query('insert into open_order values ($1, $2) on conflict do nothing', [
        id,
        data.customerId,
      ]);
    else if (type !== 'orders.order-held.v1')
      await client.query('delete from open_order where order_id = $1', [id]);
  }
};

/** Whether a customer has an order or a return under way, one that began a moment ago included. */
export const hasOpenOrder =
  ({ pool, catchUp }: Readonly<{ pool: Pool; catchUp: (source: string) => Promise<void> }>) =>
  async (customerId: string): Promise<boolean> => {
    await catchUp('orders');
    const { rows } = await pool.query<{ found: boolean }>(
      'select exists (select from open_order where customer_id = $1) as found',
      [customerId],
    );
    return rows[0]?.found === true;
  };
