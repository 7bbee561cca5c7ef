import { describeHistories } from '@bankside/saga/testing';
import { fixture } from '../testing';

describe('recorded histories of pay-out-loan', () => {
  describeHistories({
    folder: fixture.histories,
    mutate: { file: 'confirmed.json', from: 'depositLoan', to: 'depositedLoan' },
  });
});
