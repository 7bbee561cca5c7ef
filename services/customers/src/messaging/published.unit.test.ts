import { customersEvents } from '@bankside/contracts';
import { publicationContract } from '@bankside/kernel/testing';
import type { CustomerEvent } from '../domain/customer';
import { published } from './published';

const closure = { customerId: 'ada', closureId: 'l1' };
const change = {
  customerId: 'ada',
  changeId: 'c1',
  mobileNumber: '+40787654321',
  previousMobileNumber: '+40712345678',
};

publicationContract<CustomerEvent>(
  published,
  customersEvents,
  {
    CustomerRegistered: {
      customerId: 'ada',
      name: 'Ada Lovelace',
      email: 'ada@example.com',
      mobileNumber: '+40712345678',
    },
    CustomerRenamed: { customerId: 'ada', name: 'Augusta Ada King' },
    EmailChanged: { customerId: 'ada', email: 'king@example.com' },
    MobileNumberChangeRequested: { customerId: 'ada', changeId: 'c1', mobileNumber: '+40787654321' },
    MobileNumberChanged: [change, { ...change, style: 'choreography' }],
    MobileNumberRolledBack: [change, { ...change, reason: 'loan-locked' }],
    MobileNumberChangeRolledBackInAdvance: { customerId: 'ada', changeId: 'c1' },
    MobileNumberChangeSettled: { customerId: 'ada', changeId: 'c1' },
    ClosureRequested: { ...closure, forget: true, statement: 'moves abroad' },
    CustomerLeaving: closure,
    CustomerStaying: closure,
    ClosureReversedInAdvance: closure,
    CustomerDeactivated: closure,
    CustomerForgotten: { customerId: 'ada' },
  },
  [
    'MobileNumberChangeRequested',
    'MobileNumberChangeRolledBackInAdvance',
    'MobileNumberChangeSettled',
    'ClosureRequested',
    'CustomerLeaving',
    'CustomerStaying',
    'ClosureReversedInAdvance',
  ],
);
