export const ORDER_STATES = [
  'placed',
  'held',
  'confirmed',
  'rejected',
  'cancelled',
  'partly-returned',
  'returned',
] as const;
export type OrderState = (typeof ORDER_STATES)[number];
