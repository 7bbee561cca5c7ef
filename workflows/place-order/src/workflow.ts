import { majorUnits } from '@bankside/contracts/currencies';
import type { PayWith, PricedLine } from '@bankside/contracts';
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

const voidPayment = (orderId: string): Step => step('voidPayment', 'void', { orderId }, 'Void the payment');

const authorize = (order: PlacedOrder, payWith: PayWith): CompensatableStep => ({
  ...step(
    'authorizePayment',
    'authorize',
    { ...moneyOf(order), payWith },
    `Authorize a payment of ${majorUnits(order.totalCents, order.currency)} ${order.currency}`,
  ),
  compensation: voidPayment(order.orderId),
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

const withdrawOrCharge = (order: PlacedOrder, payWith: PayWith): CompensatableStep =>
  'account' in payWith ? withdraw(moneyOf(order), payWith.account) : charge(moneyOf(order), payWith.card);

const commit = (orderId: string, sku: string): Step =>
  step('commitStock', `commit/${sku}`, { orderId, sku }, `Take ${sku} out of stock`);

/** A request to start the saga is no evidence of an order: its owner confirms it before anything moves. */
const verify = (order: PlacedOrder): Step =>
  step('verifyOrder', 'verify', order, 'Verify the order with its owner');

/** Of orders that were placed before they named it. */
const RESERVATION_SECONDS = 120;

/**
 * Confirms a placed order, or rejects or cancels it and leaves stock and money as they were. The capture of the payment
 * decides; where there is nothing to pay, the confirmation does.
 */
export async function placeOrder(order: PlacedOrder): Promise<SagaResult> {
  const { orderId, lines, payWith, reservationSeconds = RESERVATION_SECONDS } = order;
  const confirm = step('confirmOrder', 'confirm', { orderId }, 'Confirm the order');
  const commitAll = lines.map(({ sku }) => commit(orderId, sku));
  const reserveAll = lines.map((line) => reserve(order, line));
  const capture = {
    ...step('capturePayment', 'capture', { orderId }, 'Capture the payment'),
    revocation: voidPayment(orderId),
  };
  const byPayment =
    payWith === undefined
      ? { compensatable: [reserveAll], pivot: confirm, retriable: [commitAll] }
      : {
          compensatable: [reserveAll, authorize(order, payWith), withdrawOrCharge(order, payWith)],
          pivot: capture,
          retriable: [commitAll, confirm],
        };
  return runSaga({
    name: 'place-order',
    preconditions: [verify(order)],
    succeededReason: 'order-already-confirmed',
    ...byPayment,
    timeLimit: { seconds: reservationSeconds, reason: 'reservation-expired' },
    onRejected: (reason) => step('rejectOrder', 'reject', { orderId, reason }, `Reject the order: ${reason}`),
    onCancelled: (request) => {
      const { reason, ...id } = request ?? { reason: 'decided-by-staff' };
      return step('cancelOrder', 'cancel', { orderId, reason, ...id }, `Cancel the order: ${reason}`);
    },
  });
}
