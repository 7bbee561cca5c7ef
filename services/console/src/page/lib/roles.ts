export const roles = ['customer', 'teller', 'operator'] as const;
export type Role = (typeof roles)[number];
