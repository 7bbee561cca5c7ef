import { describeHistories } from '@bankside/saga/testing';
import { fixture } from '../testing';

describe('recorded histories of return-order', () => {
  describeHistories({
    folder: fixture.histories,
    mutate: { file: 'to-account.json', from: 'refundPayment', to: 'refundedPayment' },
  });
});
