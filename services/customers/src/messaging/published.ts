import type { CustomersEvent } from '@bankside/contracts';
import { publicationMap } from '@bankside/kernel';
import { customer, type CustomerEvent } from '../domain/customer';

export const published = publicationMap<CustomerEvent, CustomersEvent>(
  {
    CustomerRegistered: (data) => ({ type: 'customers.customer-registered.v1', data }),
    CustomerRenamed: (data) => ({ type: 'customers.customer-renamed.v1', data }),
    EmailChanged: (data) => ({ type: 'customers.email-changed.v1', data }),
    MobileNumberChangeRequested: 'private',
    MobileNumberChanged: ({ previousMobileNumber: _private, ...data }) => ({
      type: 'customers.mobile-number-changed.v1',
      data,
    }),
    MobileNumberRolledBack: ({ customerId, mobileNumber, changeId }) => ({
      type: 'customers.mobile-number-rolled-back.v1',
      data: { customerId, mobileNumber, changeId },
    }),
    MobileNumberChangeRolledBackInAdvance: 'private',
    MobileNumberChangeSettled: 'private',
    ClosureRequested: 'private',
    CustomerLeaving: 'private',
    CustomerStaying: 'private',
    ClosureReversedInAdvance: 'private',
    CustomerDeactivated: ({ customerId }) => ({
      type: 'customers.customer-deactivated.v1',
      data: { customerId },
    }),
    CustomerForgotten: (data) => ({ type: 'customers.customer-forgotten.v1', data }),
  },
  customer.upcasters,
);
