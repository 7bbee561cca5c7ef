import { gadgetActivities } from './activities';

describe('the requests of the saga gadget', () => {
  const withdrawal = { withdrawalId: 'g1', account: '1000000017' };

  it('withdraw the money under the id of the saga', () =>
    expect(gadgetActivities.withdrawForGadget({ ...withdrawal, amountCents: 100, currency: 'EUR' })).toEqual({
      service: 'accounts',
      path: ['accounts', '1000000017', 'withdrawals'],
      body: { withdrawalId: 'g1', amountCents: 100, currency: 'EUR' },
    }));

  it('cancel that withdrawal as compensation', () =>
    expect(gadgetActivities.cancelWithdrawalForGadget(withdrawal)).toMatchObject({
      path: ['accounts', '1000000017', 'withdrawals', 'g1', 'cancellation'],
    }));
});
