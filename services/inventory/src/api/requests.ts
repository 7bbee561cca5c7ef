import { addProduct, addStock, orderId, quantity, sku } from '@bankside/contracts';
import { z } from 'zod';

export const product = addProduct;
export const stock = addStock;
export const reservation = z.strictObject({ orderId, quantity });
export const productPath = z.object({ sku });
export const reservationPath = z.object({ sku, orderId });
