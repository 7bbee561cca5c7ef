import { sumOf } from '@bankside/std';
import { SETTLED, wrong, type Judgement, type Matter } from './matter';
import { amountOf, textOf, type AuditedEvent } from './audited-event';
import { addTo, type Sums } from './sums';

const count = (sums: Sums, event: AuditedEvent, sign: 1 | -1): void =>
  addTo(sums, textOf(event, 'currency'), sign * amountOf(event, 'amountCents'));

/** What has left an account, and what has arrived at its destination by events of one type, by currency. */
export const movement = (arrival: string) => {
  const [left, arrived]: readonly [Sums, Sums] = [new Map(), new Map()];
  return {
    add: (event: AuditedEvent): void => {
      if (event.type === 'MoneyWithdrawn') count(left, event, 1);
      if (event.type === 'WithdrawalCancelled') count(left, event, -1);
      if (event.type === arrival) count(arrived, event, 1);
    },
    /** In one currency; undefined while as much has arrived as has left. */
    difference: (): Readonly<{ currency: string; out: number; into: number }> | undefined => {
      for (const currency of new Set([...left.keys(), ...arrived.keys()])) {
        const [out, into] = [left.get(currency) ?? 0, arrived.get(currency) ?? 0];
        if (out !== into) return { currency, out, into };
      }
      return undefined;
    },
    /** What has arrived, in all currencies. */
    arrived: (): number => sumOf([...arrived.values()]),
  };
};

/** Money that a saga moves from an account to a card or loan: as much arrives as has left, in the same currency. */
const movementMatter =
  (what: string, destination: string, arrival: string) =>
  (id: string): Matter => {
    const { add, difference } = movement(arrival);
    return {
      add,
      judge: (): Judgement => {
        const found = difference();
        return found === undefined
          ? SETTLED
          : wrong(
              `${what} ${id}: ${found.out} cents ${found.currency} left the account, ${found.into} reached the ${destination}`,
            );
      },
    };
  };

export const cardPaymentMatter = movementMatter('card payment', 'card', 'CardPaid');
export const loanRepaymentMatter = movementMatter('loan repayment', 'loan', 'LoanRepaid');
