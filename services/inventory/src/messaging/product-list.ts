import type { InventoryEvent, EventEnvelope } from '@bankside/contracts';
import type { Pool, PoolClient } from 'pg';

const keep = async (client: PoolClient, { type, data }: InventoryEvent): Promise<void> => {
  if (type === 'inventory.product-added.v1') {
    const { sku, title, unitPriceCents, currency, onHand, reserved } = data;
    await client.query(
      'insert into product_list values ($1, $2, $3, $4, $5, $6) on conflict (sku) do nothing',
      [sku, title, unitPriceCents, currency, onHand, reserved],
    );
    return;
  }
  const { sku, onHand, reserved } = data;
  await client.query('update product_list set on_hand = $2, reserved = $3 where sku = $1', [
    sku,
    onHand,
    reserved,
  ]);
};

/**
 * Maintains the list of products, which no single stream holds, from the service's own events. Runs in the transaction that
 * moves the checkpoint, so each event takes effect once.
 */
export const listProducts = async (client: PoolClient, events: readonly EventEnvelope[]): Promise<void> => {
  for (const event of events) await keep(client, event as unknown as InventoryEvent);
};

type Row = Readonly<{
  sku: string;
  title: string;
  unit_price_cents: string;
  currency: string;
  on_hand: string;
  reserved: string;
}>;

export const productList = (pool: Pool) => ({
  /** Those behind a SKU, in the order of SKUs. */
  page: async (behind: string, limit: number) => {
    const { rows } = await pool.query<Row>(
      'select * from product_list where sku > $1 order by sku limit $2',
      [behind, limit],
    );
    return rows.map(({ sku, title, unit_price_cents, currency, on_hand, reserved }) => ({
      sku,
      title,
      unitPriceCents: Number(unit_price_cents),
      currency,
      onHand: Number(on_hand),
      reserved: Number(reserved),
      free: Number(on_hand) - Number(reserved),
    }));
  },
});
export type ProductList = ReturnType<typeof productList>;
