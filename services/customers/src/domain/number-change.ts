import type { Customer } from './customer';

/** How far a change of the mobile number is: asked for, made, final, or undone. */
export type NumberChangeProgress = Readonly<{
  status: 'requested' | 'open' | 'settled' | 'rolled-back';
  reason?: string;
}>;

/** Nothing of a change that nobody knows. Who left takes what was under way along. */
export const progressOf = (customer: Customer, changeId: string): NumberChangeProgress | undefined => {
  if (customer.status === 'unregistered') return undefined;
  const left: NumberChangeProgress = { status: 'rolled-back', reason: 'customer-not-active' };
  if (customer.status === 'forgotten') return left;
  if (customer.settled.includes(changeId)) return { status: 'settled' };
  const undone = customer.rolledBack.find((one) => one.changeId === changeId);
  if (undone) {
    const { reason } = undone;
    return { status: 'rolled-back', ...(reason !== undefined && { reason }) };
  }
  if (customer.status === 'deactivated') return left;
  if (customer.open?.changeId === changeId) return { status: 'open' };
  return customer.requested.some((one) => one.changeId === changeId) ? { status: 'requested' } : undefined;
};
