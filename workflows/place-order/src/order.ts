import type { OrdersEvent } from '@bankside/contracts';

/** What the saga starts from: the published event. Histories keep it, so its older forms must go on being understood. */
export type PlacedOrder = Extract<OrdersEvent, { type: 'orders.order-placed.v1' }>['data'];

/** The step that reserves a line. */
export const reserveStep = (sku: string): string => `reserve/${sku}`;
