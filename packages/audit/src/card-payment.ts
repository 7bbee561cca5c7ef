import { SETTLED, wrong, type Judgement, type Matter } from './matter';
import { amountOf, textOf, type AuditedEvent } from './audited-event';

/** Money that a saga moves from an account to a card: as much arrives as has left, in the same currency. */
export const cardPaymentMatter = (paymentId: string): Matter => {
  const left = new Map<string, number>();
  const arrived = new Map<string, number>();
  const count = (sums: Map<string, number>, event: AuditedEvent, sign: 1 | -1): void => {
    const currency = textOf(event, 'currency');
    sums.set(currency, (sums.get(currency) ?? 0) + sign * amountOf(event, 'amountCents'));
  };
  return {
    add: (event) => {
      if (event.type === 'MoneyWithdrawn') count(left, event, 1);
      if (event.type === 'WithdrawalCancelled') count(left, event, -1);
      if (event.type === 'CardPaid') count(arrived, event, 1);
    },
    judge: (): Judgement => {
      for (const currency of new Set([...left.keys(), ...arrived.keys()])) {
        const [out, into] = [left.get(currency) ?? 0, arrived.get(currency) ?? 0];
        if (out !== into)
          return wrong(
            `card payment ${paymentId}: ${out} cents ${currency} left the account, ${into} reached the card`,
          );
      }
      return SETTLED;
    },
  };
};
