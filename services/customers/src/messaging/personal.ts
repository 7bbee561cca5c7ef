import type { Personal } from '@bankside/privacy';

/** Which stored fields tell who somebody is. The placeholders satisfy the contract, so that an old event still reads as one. */
export const personal: Personal = {
  fields: {
    name: 'Forgotten',
    email: 'forgotten@example.invalid',
    mobileNumber: '0000000000',
    previousMobileNumber: '0000000000',
  },
  forgottenBy: 'CustomerForgotten',
  indexes: ['mobile'],
};
