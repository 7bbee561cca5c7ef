import { describeHistories } from '@bankside/saga/testing';
import { fixture } from '../testing';

describe('recorded histories of change-mobile-number', () => {
  describeHistories({
    folder: fixture.histories,
    mutate: { file: 'confirmed.json', from: 'acceptByLoans', to: 'acceptedByLoans' },
  });
});
