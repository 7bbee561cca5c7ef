import type { InventoryEvent } from '@bankside/contracts';
import type { FeedEvent } from '@bankside/feed';
import type { Pool, PoolClient } from 'pg';

/** What an order needs to know of a product: its price when the order is placed. */
export type ProductCopy = Readonly<{ sku: string; title: string; unitPriceCents: number; currency: string }>;

export const productTables = `
  create table if not exists product_copy (
    sku text primary key, title text not null, unit_price_cents bigint not null, currency text not null
  );`;

/** Keeps the copies. Runs in the transaction that moves the position, so each event counts once. */
export const copyProducts = async (client: PoolClient, events: readonly FeedEvent[]): Promise<void> => {
  for (const event of events) {
    const { type, data } = event as unknown as InventoryEvent;
    if (type !== 'inventory.product-added.v1') continue;
    await client.query('insert into product_copy values ($1, $2, $3, $4) on conflict (sku) do nothing', [
      data.sku,
      data.title,
      data.unitPriceCents,
      data.currency,
    ]);
  }
};

type Row = Readonly<{ sku: string; title: string; unit_price_cents: string; currency: string }>;

/** Finds products in the copies; what is missing may just not have arrived, so the owner's feed is read once. */
export const productCopies = ({
  pool,
  catchUp,
}: Readonly<{ pool: Pool; catchUp: (source: string) => Promise<void> }>) => {
  const read = async (skus: readonly string[]): Promise<ReadonlyMap<string, ProductCopy>> => {
    const { rows } = await pool.query<Row>('select * from product_copy where sku = any($1)', [skus]);
    return new Map(
      rows.map(({ sku, title, unit_price_cents, currency }) => [
        sku,
        { sku, title, unitPriceCents: Number(unit_price_cents), currency },
      ]),
    );
  };
  return {
    /** The products that exist, by sku. */
    find: async (skus: readonly string[]): Promise<ReadonlyMap<string, ProductCopy>> => {
      const known = await read(skus);
      if (skus.every((sku) => known.has(sku))) return known;
      await catchUp('inventory');
      return read(skus);
    },
  };
};

export type ProductCopies = ReturnType<typeof productCopies>;
