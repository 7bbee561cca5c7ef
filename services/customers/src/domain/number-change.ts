import type { Customer } from './customer';

/** The progress of a change of the mobile number. */
type NumberChangeProgress = Readonly<{
  status: 'requested' | 'open' | 'settled' | 'rolled-back';
  reason?: string;
}>;

/** Undefined for an unknown change. A change that was open when its customer left counts as rolled back. */
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
