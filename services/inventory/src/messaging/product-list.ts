import type { InventoryEvent, EventEnvelope } from '@bankside/contracts';
import type { Pool, PoolClient } from 'pg';

/** The list of products, which no single stream holds: built from the service's own events, in its own database. */
export const productListTables = `
  create table if not exists product_list (
    sku text primary key, title text not null, unit_price_cents bigint not null, currency text not null,
    on_hand bigint not null, reserved bigint not null
  );`;

/** Products in one response. A shop with more needs a search, not a longer list. */
const MAX_PRODUCTS = 1_000;

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

/** Runs in the transaction that moves the checkpoint, so each event takes effect once. */
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
  all: async () => {
    const { rows } = await pool.query<Row>('select * from product_list order by sku limit $1', [
      MAX_PRODUCTS,
    ]);
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
