// Imports no library: services and the page of the console read these lists.

/** The states of an order. It is `placed` until its saga has ended. */
export const orderStates = [
  'placed',
  'held',
  'confirmed',
  'rejected',
  'cancelled',
  'partly-returned',
  'returned',
] as const;
export type OrderState = (typeof orderStates)[number];

/** How far a saga is, or how it ended; the search attribute `sagaState`. */
export const sagaStates = [
  'running',
  'compensating',
  'confirmed',
  'rejected',
  'cancelled',
  'failed',
  'aborted',
] as const;
