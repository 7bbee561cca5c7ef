import { handlerOf } from '@bankside/feed';
import type { Pool } from 'pg';

/** The product data that an order needs: its price when the order is placed. */
export type ReplicatedProduct = Readonly<{
  sku: string;
  title: string;
  unitPriceCents: number;
  currency: string;
}>;

/** Applies events of `inventory`, in the transaction that moves the checkpoint: each event takes effect once. */
export const replicateProducts = handlerOf(['inventory.product-added.v1'], async (client, events) => {
  for (const { data } of events)
    await client.query('insert into product_replica values ($1, $2, $3, $4) on conflict (sku) do nothing', [
      data.sku,
      data.title,
      data.unitPriceCents,
      data.currency,
    ]);
});

type Row = Readonly<{ sku: string; title: string; unit_price_cents: string; currency: string }>;

export type ProductReplica = Readonly<{
  /** The products that exist, by sku. */
  find: (skus: readonly string[]) => Promise<ReadonlyMap<string, ReplicatedProduct>>;
}>;

/** Reads the replica. On a miss it first reads the owner's feed to its end, since the event may not have arrived yet. */
export const productReplica = ({
  pool,
  catchUp,
}: Readonly<{ pool: Pool; catchUp: (source: string) => Promise<void> }>): ProductReplica => {
  const read = async (skus: readonly string[]): Promise<ReadonlyMap<string, ReplicatedProduct>> => {
    const { rows } = await pool.query<Row>('select * from product_replica where sku = any($1)', [skus]);
    return new Map(
      rows.map(({ sku, title, unit_price_cents, currency }) => [
        sku,
        { sku, title, unitPriceCents: Number(unit_price_cents), currency },
      ]),
    );
  };
  return {
    find: async (skus) => {
      const known = await read(skus);
      if (skus.every((sku) => known.has(sku))) return known;
      await catchUp('inventory');
      return read(skus);
    },
  };
};
