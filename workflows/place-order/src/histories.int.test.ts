import { describeHistories } from '@bankside/saga/testing';
import { fixture } from '../testing';

describe('recorded histories of place-order', () => {
  describeHistories({
    folder: fixture.histories,
    mutate: { file: 'rejected-at-withdraw.json', from: 'voidPayment', to: 'voidedPayment' },
  });
});
