import { majorUnits } from '@bankside/contracts/currencies';
import type { PayWith } from '@bankside/contracts';
import type { AcceptedReturn } from '@bankside/contracts/sagas';
import { runSaga, stepFactory, type RetriableStep, type SagaResult, type Step } from '@bankside/saga';
import type { returnOrderActivities } from './activities';

const step = stepFactory<typeof returnOrderActivities>();

/** A request to start the saga is no evidence of a return: its owner confirms it before anything moves. */
const verify = (accepted: AcceptedReturn): Step =>
  step('verifyReturn', 'verify', accepted, 'Verify the return with the owner of the order');

const creditOf = ({ returnId, orderId, customerId, refundCents, currency }: AcceptedReturn) => ({
  refundId: returnId,
  orderId,
  customerId,
  amountCents: refundCents,
  currency,
});
type Credit = ReturnType<typeof creditOf>;

const refund = ({ orderId, refundId, amountCents, currency }: Credit): Step =>
  step(
    'refundPayment',
    'refund',
    { orderId, refundId, amountCents },
    `Refund ${majorUnits(amountCents, currency)} ${currency} of the payment`,
  );

/**
 * To the payer, else to another account of the customer: if the account is closed, or the card is blocked and owes less.
 * Money that no account or card can take is held until staff pays it out.
 */
const credit = (money: Credit, payWith: PayWith): RetriableStep => {
  const { orderId, refundId } = money;
  const held: RetriableStep = step(
    'holdRefund',
    'hold-refund',
    { orderId, refundId },
    'Hold the refund until staff pays it out',
  );
  const toAccount = (name: string, account?: string): RetriableStep => ({
    ...step(
      'creditAccount',
      name,
      { ...money, ...(account !== undefined && { account }) },
      account === undefined
        ? 'Credit an account of the customer'
        : `Credit account ${account}, or another one`,
    ),
    fallback: held,
  });
  if ('account' in payWith) return toAccount('credit-account', payWith.account);
  const { card } = payWith;
  return {
    ...step('refundCard', 'credit-card', { ...money, card }, `Credit card ${card}`),
    fallback: toAccount('credit-account'),
  };
};

const takeBack = ({ orderId, returnId, lines }: AcceptedReturn): readonly Step[] =>
  lines.map(({ sku, quantity, writeOff }) => {
    const pieces = { orderId, returnId, sku, quantity };
    return writeOff
      ? step('writeOff', `write-off/${sku}`, pieces, `Write off ${quantity} × ${sku}`)
      : step('restock', `restock/${sku}`, pieces, `Restock ${quantity} × ${sku}`);
  });

/**
 * Refunds the pieces of an accepted return and takes them back. The refund decides: payments refunds no more than it has
 * captured. Where nothing was paid, the owner of the order decides.
 */
export async function returnOrder(accepted: AcceptedReturn): Promise<SagaResult> {
  const { orderId, returnId, payWith, refundCents } = accepted;
  const money = creditOf(accepted);
  const isPaid = payWith !== undefined && refundCents > 0;
  return runSaga({
    name: 'return-order',
    preconditions: isPaid ? [verify(accepted)] : [],
    compensatable: [],
    pivot: isPaid ? refund(money) : verify(accepted),
    retriable: [
      [...takeBack(accepted), ...(isPaid ? [credit(money, payWith)] : [])],
      step('completeReturn', 'complete', { orderId, returnId }, 'Complete the return'),
    ],
    onRejected: (reason) =>
      step('rejectReturn', 'reject', { orderId, returnId, reason }, `Reject the return: ${reason}`),
  });
}
