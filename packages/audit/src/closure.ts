import { open, SETTLED, unfounded, wrong, type Judgement, type Matter } from './matter';
import { amountOf } from './audited-event';

/** The services that block a customer who leaves. */
const OWNERS = 4;
const CLOSED: Readonly<Record<string, 1 | -1>> = {
  AccountClosed: 1,
  CardBlocked: 1,
  LoanClosed: 1,
  AccountReopened: -1,
  CardUnblocked: -1,
  LoanReopened: -1,
};
const MONEY: Readonly<Record<string, 1 | -1>> = { MoneyWithdrawn: 1, WithdrawalCancelled: -1 };

/**
 * The closure of a customer. The customer has left: every service blocks them. The customer stays: no block, nothing closed
 * and no payout is left.
 */
export const closureMatter = (closureId: string): Matter => {
  const types = new Set<string>();
  const [blocked, unblocked] = [new Set<string>(), new Set<string>()];
  let [closed, paidOut] = [0, 0];
  const closure = `the closure ${closureId}`;

  const judgeStaying = (): Judgement => {
    const left = [...blocked].find((service) => !unblocked.has(service));
    if (left !== undefined) return wrong(`${closure} is reversed, but ${left} still blocks the customer`);
    if (closed !== 0) return wrong(`${closure} is reversed, but ${closed} of what it closed is not reopened`);
    return paidOut === 0 ? SETTLED : wrong(`${closure} is reversed, but ${paidOut} cents are paid out`);
  };

  const judgeLeft = (): Judgement => {
    const [again] = unblocked;
    if (again !== undefined) return wrong(`${closure} is complete, but ${again} has unblocked the customer`);
    return types.has('CustomerLeaving') && blocked.size === OWNERS
      ? SETTLED
      : wrong(`${closure} is complete, but ${blocked.size} of ${OWNERS} services block the customer`);
  };

  return {
    add: (event) => {
      types.add(event.type);
      if (event.type === 'CustomerBlocked') blocked.add(event.service);
      if (event.type === 'CustomerUnblocked') unblocked.add(event.service);
      closed += CLOSED[event.type] ?? 0;
      paidOut += (MONEY[event.type] ?? 0) * amountOf(event, 'amountCents');
    },
    judge: (): Judgement => {
      if (types.has('CustomerStaying') || types.has('ClosureReversedInAdvance')) return judgeStaying();
      if (types.has('CustomerDeactivated')) return judgeLeft();
      if (types.has('CustomerLeaving')) return open(`${closure} has not ended`);
      return blocked.size > unblocked.size || closed !== 0 || paidOut !== 0
        ? unfounded(`${closure} is unknown to customers, but something was blocked, closed or paid out`)
        : SETTLED;
    },
  };
};
