import { majorUnits } from '@bankside/contracts/currencies';
import type { PricedLine } from '@bankside/contracts';
import type { PlacedOrder } from '@bankside/contracts/sagas';
import { runSaga, stepFactory, type CompensatableStep, type SagaResult, type Step } from '@bankside/saga';
import type { placeOrderActivities } from './activities';

const step = stepFactory<typeof placeOrderActivities>();

const reserve = ({ orderId }: PlacedOrder, { sku, quantity }: PricedLine): CompensatableStep => ({
  ...step('reserveStock', `reserve/${sku}`, { orderId, sku, quantity }, `Reserve ${quantity} × ${sku}`),
  compensation: step('releaseStock', `release/${sku}`, { orderId, sku }, `Release ${sku}`),
});

type Money = Readonly<{ orderId: string; customerId: string; amountCents: number; currency: string }>;

const moneyOf = ({ orderId, customerId, totalCents, currency }: PlacedOrder): Money => ({
  orderId,
  customerId,
  amountCents: totalCents,
  currency,
});

const authorize = (order: PlacedOrder): CompensatableStep => ({
  ...step(
    'authorizePayment',
    'authorize',
    { ...moneyOf(order), payWith: order.payWith },
    `Authorize a payment of ${majorUnits(order.totalCents, order.currency)} ${order.currency}`,
  ),
  compensation: step('voidPayment', 'void', { orderId: order.orderId }, 'Void the payment'),
});

const withdraw = (money: Money, account: string): CompensatableStep => ({
  ...step('withdrawMoney', 'withdraw', { ...money, account }, `Withdraw from account ${account}`),
  compensation: step(
    'cancelWithdrawal',
    'cancel-withdrawal',
    { orderId: money.orderId, account },
    'Return the money',
  ),
});

const charge = (money: Money, card: string): CompensatableStep => ({
  ...step('chargeCard', 'charge', { ...money, card }, `Charge card ${card}`),
  compensation: step('cancelCharge', 'cancel-charge', { orderId: money.orderId, card }, 'Cancel the charge'),
});

const withdrawOrCharge = (order: PlacedOrder): CompensatableStep[] => {
  if (order.totalCents === 0) return []; // A free order has a payment, but no money moves.
  const { payWith } = order;
  return 'account' in payWith
    ? [withdraw(moneyOf(order), payWith.account)]
    : [charge(moneyOf(order), payWith.card)];
};

const commit = (orderId: string, sku: string): Step =>
  step('commitStock', `commit/${sku}`, { orderId, sku }, `Take ${sku} out of stock`);

/** What started the saga is not evidence of an order: its owner is asked before anything moves. */
const verify = (order: PlacedOrder): Step =>
  step('verifyOrder', 'verify', order, 'Verify the order with its owner');

/** Confirms a placed order, or rejects it and leaves stock and money as they were. The capture of the payment decides. */
export async function placeOrder(order: PlacedOrder): Promise<SagaResult> {
  const { orderId, lines } = order;
  return runSaga({
    name: 'place-order',
    preconditions: [verify(order)],
    compensatable: [lines.map((line) => reserve(order, line)), authorize(order), ...withdrawOrCharge(order)],
    pivot: step('capturePayment', 'capture', { orderId }, 'Capture the payment'),
    retriable: [
      lines.map(({ sku }) => commit(orderId, sku)),
      step('confirmOrder', 'confirm', { orderId }, 'Confirm the order'),
    ],
    onRejected: (reason) => step('rejectOrder', 'reject', { orderId, reason }, `Reject the order: ${reason}`),
    onCancelled: () => step('cancelOrder', 'cancel', { orderId, reason: 'cancelled' }, 'Cancel the order'),
  });
}
