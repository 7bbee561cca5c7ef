import { describeHistories } from '@bankside/saga/testing';
import { fixture } from '../testing';

describe('recorded histories of repay-loan', () => {
  describeHistories({
    folder: fixture.histories,
    mutate: { file: 'confirmed.json', from: 'repayLoanFromAccount', to: 'repaidLoanFromAccount' },
  });
});
