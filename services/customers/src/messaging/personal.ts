import type { Personal } from '@bankside/privacy';

/** The stored fields with personal data. Their placeholders satisfy the contract, so a forgotten event still parses. */
export const personal: Personal = {
  fields: {
    name: 'Forgotten',
    email: 'forgotten@example.invalid',
    mobileNumber: '+10000000000',
    previousMobileNumber: '+10000000000',
    statement: 'Forgotten',
  },
  forgottenBy: 'CustomerForgotten',
  indexes: ['mobile'],
};
