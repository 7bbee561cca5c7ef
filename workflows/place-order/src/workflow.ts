import type { PricedLine } from '@bankside/contracts';
import { stepFactory, runSaga, type Step, type SagaResult, type CompensatableStep } from '@bankside/saga';
import type { PlaceOrderActivities } from './activities';
import { reserveStep, type PlacedOrder } from './order';

const call = stepFactory<PlaceOrderActivities>();

const reserve = ({ orderId }: PlacedOrder, { sku, quantity }: PricedLine): CompensatableStep => ({
  ...call('reserveStock', reserveStep(sku), { orderId, sku, quantity }, `Reserve ${quantity} × ${sku}`),
  compensation: call('releaseStock', `release/${sku}`, { orderId, sku }, `Release ${sku}`),
});

const authorize = ({
  orderId,
  customerId,
  totalCents,
  currency,
  payWith,
}: PlacedOrder): CompensatableStep => ({
  ...call(
    'authorizePayment',
    'authorize',
    { orderId, customerId, amountCents: totalCents, currency, payWith },
    `Authorize a payment of ${totalCents} cents ${currency}`,
  ),
  compensation: call('voidPayment', 'void', { orderId }, 'Void the payment'),
});

const takeMoney = ({
  orderId,
  customerId,
  totalCents,
  currency,
  payWith,
}: PlacedOrder): CompensatableStep[] => {
  if (totalCents === 0) return []; // A free order has a payment, but no money moves.
  const money = { orderId, customerId, amountCents: totalCents, currency };
  return 'account' in payWith ? [withdraw(money, payWith.account)] : [charge(money, payWith.card)];
};

type Money = Readonly<{ orderId: string; customerId: string; amountCents: number; currency: string }>;

const withdraw = (money: Money, account: string): CompensatableStep => ({
  ...call('withdrawMoney', 'withdraw', { ...money, account }, `Withdraw from account ${account}`),
  compensation: call(
    'cancelWithdrawal',
    'cancel-withdrawal',
    { orderId: money.orderId, account },
    'Return the money',
  ),
});

const charge = (money: Money, card: string): CompensatableStep => ({
  ...call('chargeCard', 'charge', { ...money, card }, `Charge card ${card}`),
  compensation: call('cancelCharge', 'cancel-charge', { orderId: money.orderId, card }, 'Cancel the charge'),
});

const commit = (orderId: string, sku: string): Step =>
  call('commitStock', `commit/${sku}`, { orderId, sku }, `Take ${sku} out of stock`);

/** From a placed order to a confirmed one, or to one that is rejected and has left no trace on stock and money. */
export async function placeOrder(order: PlacedOrder): Promise<SagaResult> {
  const { orderId, lines } = order;
  return runSaga({
    name: 'place-order',
    compensatable: [lines.map((line) => reserve(order, line)), authorize(order), ...takeMoney(order)],
    retriable: [
      call('capturePayment', 'capture', { orderId }, 'Capture the payment'),
      lines.map(({ sku }) => commit(orderId, sku)),
      call('confirmOrder', 'confirm', { orderId }, 'Confirm the order'),
    ],
    onRejected: (reason) => call('rejectOrder', 'reject', { orderId, reason }, `Reject the order: ${reason}`),
    onCancelled: () => call('cancelOrder', 'cancel', { orderId, reason: 'cancelled' }, 'Cancel the order'),
  });
}
