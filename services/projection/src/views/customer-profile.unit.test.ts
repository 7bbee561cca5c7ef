import { type Fact, feedOf, foldAll, history, projectionSpec } from '@bankside/projections/testing';
import { customerProfile, type CustomerProfile } from './customer-profile';

const given = projectionSpec(customerProfile);
const customerId = 'ada';
const registered: Fact = {
  type: 'customers.customer-registered.v1',
  data: { customerId, name: 'Ada Lovelace', email: 'ada@example.com', mobileNumber: '+40712345678' },
};
const account = { accountNumber: '1000000017', customerId, currency: 'EUR' };
const opened: Fact = {
  type: 'accounts.account-opened.v1',
  data: { ...account, kind: 'savings', balanceCents: 0 },
};
const card = { cardNumber: '400000000006', customerId, currency: 'EUR' };
const issued: Fact = {
  type: 'cards.card-issued.v1',
  data: { ...card, kind: 'credit', limitCents: 500, usedCents: 0, availableCents: 500 },
};
const loan = { loanNumber: '2000000019', customerId, currency: 'EUR' };
const granted: Fact = {
  type: 'loans.loan-granted.v1',
  data: { ...loan, totalCents: 900, paidCents: 0, outstandingCents: 900 },
};
const placed = (number: number): Fact => ({
  type: 'orders.order-placed.v1',
  data: {
    orderId: `o${number}`,
    customerId,
    lines: [{ sku: 'cd', quantity: 1, unitPriceCents: 5 }],
    totalCents: 5,
    currency: 'EUR',
    payWith: { account: '1000000017' },
  },
  at: `2026-01-01T00:00:${String(number).padStart(2, '0')}.000Z`,
});
const confirmed = (number: number): Fact => ({
  type: 'orders.order-confirmed.v1',
  data: { orderId: `o${number}`, customerId, totalCents: 5, currency: 'EUR' },
});
const orderIds = (facts: readonly Fact[]) =>
  (foldAll(customerProfile, feedOf(facts)).get(customerId) as CustomerProfile).orders.map(
    ({ orderId }) => orderId,
  );

describe('the profile of a customer', () => {
  it('shows the person, and is found by number and name', () =>
    given(registered).see(customerId, {
      mobileNumber: '+40712345678',
      sortName: 'ada lovelace',
      nameTerms: expect.arrayContaining(['ad', 'ada', 'ada lov', 'love', 'lovelace']),
      person: {
        customerId,
        status: 'active',
        name: 'Ada Lovelace',
        email: 'ada@example.com',
        mobileNumber: '+40712345678',
      },
    }));

  it('shows accounts, cards and loans as they are after the last change', () =>
    given(
      opened,
      issued,
      granted,
      {
        type: 'accounts.money-deposited.v1',
        data: { ...account, depositId: 'd', amountCents: 70, balanceCents: 70 },
      },
      {
        type: 'cards.card-charged.v1',
        data: {
          ...card,
          chargeId: 'c',
          amountCents: 20,
          limitCents: 500,
          usedCents: 20,
          availableCents: 480,
        },
      },
      {
        type: 'loans.loan-repaid.v1',
        data: {
          ...loan,
          repaymentId: 'r',
          amountCents: 100,
          totalCents: 900,
          paidCents: 100,
          outstandingCents: 800,
        },
      },
      { type: 'loans.loan-locked.v1', data: loan },
    ).see(customerId, {
      accounts: [{ accountNumber: '1000000017', currency: 'EUR', status: 'open', balanceCents: 70 }],
      cards: [
        {
          cardNumber: '400000000006',
          currency: 'EUR',
          status: 'active',
          limitCents: 500,
          usedCents: 20,
          availableCents: 480,
        },
      ],
      loans: [
        {
          loanNumber: '2000000019',
          currency: 'EUR',
          status: 'locked',
          totalCents: 900,
          paidCents: 100,
          outstandingCents: 800,
        },
      ],
    }));

  it('keeps every order under way, and the ten newest of the others', () => {
    const all = Array.from({ length: 13 }, (_, index) => index + 1);
    const facts = [...all.map(placed), ...all.filter((number) => number !== 1).map(confirmed)];
    expect(orderIds(facts)).toEqual([
      ...all
        .filter((number) => number >= 4)
        .reverse()
        .map((n) => `o${n}`),
      'o1',
    ]);
  });

  it('keeps the same orders whichever ended first', () => {
    const all = Array.from({ length: 13 }, (_, index) => index + 1);
    const early = [...all.map(placed), ...all.map(confirmed)];
    const late = [...all.map(placed), ...all.toReversed().map(confirmed)];
    expect(orderIds(late)).toEqual(orderIds(early));
  });

  it('is no longer found by the mobile number of a deactivated customer', () => {
    const left: Fact = { type: 'customers.customer-deactivated.v1', data: { customerId } };
    const profile = foldAll(customerProfile, feedOf([registered, left])).get(customerId);
    expect(profile).not.toHaveProperty('mobileNumber');
    expect(profile).toMatchObject({ person: { status: 'deactivated', name: 'Ada Lovelace' } });
  });

  it('contains no personal data of a forgotten customer', () => {
    const forgotten: Fact = { type: 'customers.customer-forgotten.v1', data: { customerId } };
    const profile = foldAll(customerProfile, feedOf([registered, opened, forgotten])).get(customerId);
    expect(JSON.stringify(profile)).not.toMatch(/ada [Ll]|[Ll]ovelace|example|712345678/);
    expect(profile).toMatchObject({
      nameTerms: [''],
      person: { customerId, status: 'forgotten' },
      accounts: [{ accountNumber: '1000000017' }],
    });
  });

  it('is not shown before the customer is known', () => {
    const [document] = foldAll(customerProfile, feedOf([opened])).values();
    expect(customerProfile.toResponse!(document!)).toBeUndefined();
  });

  it('does not show its search terms', () => {
    const [document] = foldAll(customerProfile, feedOf(history(1))).values();
    expect(Object.keys(customerProfile.toResponse!(document!)!)).toEqual([
      'customerId',
      'person',
      'accounts',
      'cards',
      'loans',
      'orders',
    ]);
  });
});
