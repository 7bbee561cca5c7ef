import * as z from 'zod';
import { count, currency, sku } from '../fields';
import { addProductRequest, addStockRequest } from '../inventory';
import type { ApiSection, Operations } from './operation';
import { next, pageBy } from './paging';

const product = z.object({
  sku,
  title: z.string(),
  unitPriceCents: count,
  currency,
  onHand: count,
  reserved: count,
  free: count,
});

export const inventoryOperations = {
  addProduct: {
    method: 'post',
    path: '/api/products',
    summary: 'Add a product to the catalogue',
    body: addProductRequest,
    creates: '/api/products/{sku}',
    success: { status: 201, description: 'Added, with no stock yet.', schema: z.object({ sku }) },
    problems: { 409: ['product-already-exists'] },
    roles: ['teller', 'operator'],
  },
  addStock: {
    method: 'post',
    conditional: true,
    path: '/api/products/{sku}/stock',
    summary: 'Add stock of a product',
    params: z.strictObject({ sku }),
    body: addStockRequest,
    success: { status: 201, description: 'Added.', schema: z.object({ onHand: count }) },
    problems: { 404: ['product-not-found'] },
    roles: ['teller', 'operator'],
  },
  listProducts: {
    method: 'get',
    path: '/api/products',
    summary: 'List the catalogue with prices and stock',
    query: z.strictObject(pageBy(sku)),
    success: {
      status: 200,
      description: 'A page of products by `sku`; for each, reserved + free = on hand.',
      schema: z.object({ products: z.array(product), next }),
    },
    problems: { 503: ['view-behind'] },
    roles: ['customer', 'teller', 'operator'],
    owner: 'none',
  },
  getProduct: {
    method: 'get',
    path: '/api/products/{sku}',
    summary: 'Read a product',
    params: z.strictObject({ sku }),
    success: { status: 200, description: 'The current state of the product.', schema: product },
    problems: { 404: ['not-found'] },
    roles: ['customer', 'teller', 'operator'],
    owner: 'none',
  },
} satisfies Operations;

export const inventoryApi = {
  tag: 'products',
  description: 'The catalogue of the shop and its stock.',
  operations: inventoryOperations,
} as const satisfies ApiSection;
