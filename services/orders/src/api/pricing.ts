import type { ProductReplica, ReplicatedProduct } from '@bankside/replicas';
import { rejection } from '@bankside/http';
export type WantedLine = Readonly<{ sku: string; quantity: number }>;

/**
 * The lines at the prices of now.
 * @throws Problem 404 for a product that is not known, 422 unless all are sold in one currency
 */
export const priced = async (products: ProductReplica, lines: readonly WantedLine[]) => {
  const known = await products.find([...new Set(lines.map(({ sku }) => sku))]);
  const found = lines.map((line): WantedLine & ReplicatedProduct => {
    const product = known.get(line.sku);
    if (product === undefined) throw rejection('product-not-found');
    return { ...product, ...line };
  });
  const [currency, ...others] = new Set(found.map((line) => line.currency));
  if (currency === undefined || others.length > 0) throw rejection('currency-mismatch');
  return {
    currency,
    lines: found.map(({ sku, quantity, unitPriceCents }) => ({ sku, quantity, unitPriceCents })),
  };
};
