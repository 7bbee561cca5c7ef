import type { PricedLine } from '@bankside/contracts';
import { callsTo, runSaga, type Call, type SagaResult, type UndoableCall } from '@bankside/saga';
import type { PlaceOrderActivities } from './activities';
import { reserveStep, type PlacedOrder } from './order';

const call = callsTo<PlaceOrderActivities>();

const reserve = ({ orderId }: PlacedOrder, { sku, quantity }: PricedLine): UndoableCall => ({
  ...call('reserveStock', reserveStep(sku), { orderId, sku, quantity }, `Reserve ${quantity} × ${sku}`),
  undo: call('releaseStock', `release/${sku}`, { orderId, sku }, `Release ${sku}`),
});

const authorize = ({ orderId, customerId, totalCents, currency, payWith }: PlacedOrder): UndoableCall => ({
  ...call(
    'authorizePayment',
    'authorize',
    { orderId, customerId, amountCents: totalCents, currency, payWith },
    `Authorize a payment of ${totalCents} cents ${currency}`,
  ),
  undo: call('voidPayment', 'void', { orderId }, 'Void the payment'),
});

const takeMoney = ({ orderId, customerId, totalCents, currency, payWith }: PlacedOrder): UndoableCall[] => {
  if (totalCents === 0) return []; // A free order has a payment, but no money moves.
  const money = { orderId, customerId, amountCents: totalCents, currency };
  return 'account' in payWith ? [withdraw(money, payWith.account)] : [charge(money, payWith.card)];
};

type Money = Readonly<{ orderId: string; customerId: string; amountCents: number; currency: string }>;

const withdraw = (money: Money, account: string): UndoableCall => ({
  ...call('withdrawMoney', 'withdraw', { ...money, account }, `Withdraw from account ${account}`),
  undo: call(
    'cancelWithdrawal',
    'cancel-withdrawal',
    { orderId: money.orderId, account },
    'Return the money',
  ),
});

const charge = (money: Money, card: string): UndoableCall => ({
  ...call('chargeCard', 'charge', { ...money, card }, `Charge card ${card}`),
  undo: call('cancelCharge', 'cancel-charge', { orderId: money.orderId, card }, 'Cancel the charge'),
});

const commit = (orderId: string, sku: string): Call =>
  call('commitStock', `commit/${sku}`, { orderId, sku }, `Take ${sku} out of stock`);

/** From a placed order to a confirmed one, or to one that is rejected and has left no trace on stock and money. */
export async function placeOrder(order: PlacedOrder): Promise<SagaResult> {
  const { orderId, lines } = order;
  return runSaga({
    name: 'place-order',
    undoable: [lines.map((line) => reserve(order, line)), authorize(order), ...takeMoney(order)],
    certain: [
      call('capturePayment', 'capture', { orderId }, 'Capture the payment'),
      lines.map(({ sku }) => commit(orderId, sku)),
      call('confirmOrder', 'confirm', { orderId }, 'Confirm the order'),
    ],
    onRefused: (reason) => call('rejectOrder', 'reject', { orderId, reason }, `Reject the order: ${reason}`),
    onCancelled: () => call('cancelOrder', 'cancel', { orderId, reason: 'cancelled' }, 'Cancel the order'),
  });
}
