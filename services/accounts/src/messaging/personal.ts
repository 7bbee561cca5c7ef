import type { Personal } from '@bankside/privacy';

/** The purpose of a transfer is the only text that a person writes here. */
export const personal: Personal = {
  fields: { purpose: 'Forgotten' },
  forgottenBy: 'TransferForgotten',
  indexes: [],
};
