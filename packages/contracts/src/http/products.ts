import { z } from 'zod';
import { count, currency, sku } from '../fields';
import { addProduct as product, addStock as stock } from '../inventory';
import type { Operations } from './operation';

export const productOperations = {
  addProduct: {
    method: 'post',
    path: '/api/products',
    tag: 'products',
    summary: 'Add a product to the catalogue',
    body: product,
    success: { status: 201, description: 'Added, without stock.', schema: z.object({ sku }) },
    problems: { 409: ['product-already-exists'] },
    roles: ['teller', 'operator'],
  },
  addStock: {
    method: 'post',
    path: '/api/products/{sku}/stock',
    tag: 'products',
    summary: 'Put pieces of a product in stock',
    params: z.strictObject({ sku }),
    body: stock,
    success: { status: 201, description: 'In stock.', schema: z.object({ onHand: count }) },
    problems: { 404: ['product-not-found'] },
    roles: ['teller', 'operator'],
  },
  listProducts: {
    method: 'get',
    path: '/api/products',
    tag: 'products',
    summary: 'List the catalogue with prices and stock',
    success: {
      status: 200,
      description: 'reserved + free = on hand, for each product.',
      schema: z.object({
        products: z.array(
          z.object({
            sku,
            title: z.string(),
            unitPriceCents: count,
            currency,
            onHand: count,
            reserved: count,
            free: count,
          }),
        ),
      }),
    },
    roles: ['customer', 'teller', 'operator'],
    owner: 'nobody',
  },
} satisfies Operations;
