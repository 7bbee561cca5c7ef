import { describeHistories } from '@bankside/saga/testing';
import { fixture } from '../testing';

describe('recorded histories of pay-card', () => {
  describeHistories({
    folder: fixture.histories,
    mutate: { file: 'confirmed.json', from: 'creditCard', to: 'creditedCard' },
  });
});
