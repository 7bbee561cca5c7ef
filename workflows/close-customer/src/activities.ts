import type { CustomerClosure } from '@bankside/contracts/sagas';
import type { ActivityRequests } from '@bankside/saga';

type Ref = Pick<CustomerClosure, 'customerId' | 'closureId'>;
/** A service that holds something of customers. */
export type Owner = 'accounts' | 'cards' | 'loans' | 'orders';
type InOwner = Ref & Readonly<{ service: Owner }>;

const customers = (step: string, { customerId, closureId }: Ref) => ({
  service: 'customers',
  path: ['customers', customerId, 'closures', step],
  body: { closureId },
});
const inOwner = (step: string, { service, closureId, customerId }: InOwner) => ({
  service,
  path: ['closures', closureId, step],
  body: { customerId },
});

/** The request of each step. All use the id of the closure, so a repeat finds the effect of the first request. */
export const closeCustomerActivities = {
  startClosure: (closure: Ref) => customers('start', closure),
  reverseClosure: (closure: Ref) => ({
    ...customers('reversal', closure),
    ignoreRejections: ['customer-not-found'],
  }),
  deactivateCustomer: (closure: Ref) => customers('deactivation', closure),
  forgetCustomer: ({ customerId }: Ref) => ({
    service: 'customers',
    path: ['customers', customerId, 'forget'],
  }),

  blockCustomer: (closure: InOwner) => inOwner('block', closure),
  unblockCustomer: (closure: InOwner) => inOwner('unblock', closure),
  closeHoldings: (closure: InOwner & Pick<CustomerClosure, 'forced'>) => ({
    ...inOwner('close', closure),
    body: { customerId: closure.customerId, forced: closure.forced },
  }),
  reopenHoldings: (closure: InOwner) => inOwner('reopen', closure),
} satisfies ActivityRequests;
