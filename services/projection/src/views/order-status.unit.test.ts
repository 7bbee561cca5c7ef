import fc from 'fast-check';
import { anyInterleaving, type Fact, feedOf, foldAll, projectionSpec } from '@bankside/projections/testing';
import { orderStatus } from './order-status';

const given = projectionSpec(orderStatus);
const order = { orderId: 'o1', customerId: 'ada' };
const payWith = { account: '1000000017' };
const amount = { amountCents: 2998, currency: 'EUR' };
const stock = { sku: 'cd-1', orderId: 'o1', quantity: 2, onHand: 10, reserved: 2, free: 8 };
const withdrawal = {
  accountNumber: '1000000017',
  customerId: 'ada',
  currency: 'EUR',
  withdrawalId: 'o1/pay',
  orderId: 'o1',
  amountCents: 2998,
  balanceCents: 7002,
};
const at = (second: number): string => `2026-01-01T00:00:0${second}.000Z`;

const placed: Fact = {
  type: 'orders.order-placed.v1',
  data: {
    ...order,
    lines: [{ sku: 'cd-1', quantity: 2, unitPriceCents: 1499 }],
    totalCents: 2998,
    currency: 'EUR',
    payWith,
  },
  stream: 'order-o1',
  at: at(1),
};
const reserved: Fact = {
  type: 'inventory.stock-reserved.v1',
  data: stock,
  stream: 'product-cd-1',
  at: at(2),
};
const authorized: Fact = {
  type: 'payments.payment-authorized.v1',
  data: { ...order, ...amount, payWith },
  stream: 'payment-o1',
  at: at(3),
};
const withdrawn: Fact = {
  type: 'accounts.money-withdrawn.v1',
  data: withdrawal,
  stream: 'account-1000000017',
  at: at(4),
};
const committed: Fact = {
  type: 'inventory.stock-committed.v1',
  data: stock,
  stream: 'product-cd-1',
  at: at(5),
};
const captured: Fact = {
  type: 'payments.payment-captured.v1',
  data: { ...order, ...amount, payWith },
  stream: 'payment-o1',
  at: at(6),
};
const confirmed: Fact = {
  type: 'orders.order-confirmed.v1',
  data: { ...order, totalCents: 2998, currency: 'EUR' },
  stream: 'order-o1',
  at: at(7),
};
const paidOrder = [placed, reserved, authorized, withdrawn, committed, captured, confirmed];

describe('the status of an order', () => {
  it('shows the order once it is placed', () =>
    given(placed).see('o1', {
      orderId: 'o1',
      customerId: 'ada',
      state: 'placed',
      totalCents: 2998,
      placedAt: at(1),
    }));

  it('shows payment, goods, money and each step of a confirmed order', () =>
    given(...paidOrder).see('o1', {
      state: 'confirmed',
      endedAt: at(7),
      payment: { state: 'captured', amountCents: 2998 },
      money: { state: 'withdrawn', amountCents: 2998, from: { account: '1000000017' } },
      stock: [{ sku: 'cd-1', quantity: 2, state: 'committed' }],
      steps: [
        { step: 'order-placed', at: at(1) },
        { step: 'stock-reserved', at: at(2), sku: 'cd-1' },
        { step: 'payment-authorized', at: at(3) },
        { step: 'money-withdrawn', at: at(4) },
        { step: 'stock-committed', at: at(5), sku: 'cd-1' },
        { step: 'payment-captured', at: at(6) },
        { step: 'order-confirmed', at: at(7) },
      ],
    }));

  it('shows a rejected order with its reason and everything given back', () =>
    given(
      placed,
      reserved,
      withdrawn,
      { type: 'accounts.withdrawal-cancelled.v1', data: withdrawal, stream: 'account-1000000017', at: at(5) },
      { type: 'inventory.stock-released.v1', data: stock, stream: 'product-cd-1', at: at(6) },
      {
        type: 'orders.order-rejected.v1',
        data: { ...order, reason: 'out-of-stock' },
        stream: 'order-o1',
        at: at(7),
      },
    ).see('o1', {
      state: 'rejected',
      reason: 'out-of-stock',
      money: { state: 'returned', amountCents: 2998, from: { account: '1000000017' } },
      stock: [{ sku: 'cd-1', quantity: 2, state: 'released' }],
    }));

  it('is not shown before the order itself is known', () => {
    const [document] = foldAll(orderStatus, feedOf([reserved])).values();
    expect(orderStatus.toResponse!(document!)).toBeUndefined();
  });

  it('ignores money that was moved for no order', () => {
    const { orderId: _, ...data } = withdrawal;
    given({ type: 'accounts.money-withdrawn.v1', data }).seeNothing();
  });

  it('is the same in whatever order the streams arrive', () => {
    const events = feedOf(paidOrder);
    const expected = foldAll(orderStatus, events).get('o1');
    fc.assert(
      fc.property(anyInterleaving(events), (arrived) => {
        expect(foldAll(orderStatus, arrived).get('o1')).toEqual(expected);
      }),
    );
  });
});
