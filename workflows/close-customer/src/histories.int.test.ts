import { describeHistories } from '@bankside/saga/testing';
import { fixture } from '../testing';

describe('recorded histories of close-customer', () => {
  describeHistories({
    folder: fixture.histories,
    mutate: { file: 'confirmed.json', from: 'deactivateCustomer', to: 'deactivatedCustomer' },
  });
});
