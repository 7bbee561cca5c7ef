import { addProductRequest, addStockRequest, operationId, orderId, quantity, sku } from '@bankside/contracts';
import { pageBy } from '@bankside/contracts/http/paging';
import * as z from 'zod';

export const product = addProductRequest;
export const stock = addStockRequest;
export const reservation = z.strictObject({ orderId, quantity });
export const returned = z.strictObject({ returnId: operationId, orderId, quantity });
export const productsQuery = z.strictObject(pageBy(sku));
export const productPath = z.object({ sku });
export const reservationPath = z.object({ sku, orderId });
