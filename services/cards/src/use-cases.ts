import {
  createWithGeneratedId,
  foldHistory,
  type CommandContext,
  type CommandHandler,
} from '@bankside/kernel';
import { rejectInactive, type CustomerReplica, type InactiveCustomer } from '@bankside/replicas';
import { defined } from '@bankside/std';
import { digitsFrom } from '@bankside/std/ids';
import type { CardTypes } from './domain/card';
import { chargeFromHistory, needsHistory } from './domain/charge-history';

type CardUseCaseDeps = Readonly<{
  cards: CommandHandler<CardTypes>;
  customers: Pick<CustomerReplica, 'find'>;
}>;

/** Luhn's check digit (ISO/IEC 7812-1, annex B) for the digits before it. */
export const luhnDigit = (digits: string): string => {
  const sum = [...digits].reverse().reduce((total, digit, index) => {
    const value = Number(digit) * (index % 2 === 0 ? 2 : 1);
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return String((10 - (sum % 10)) % 10);
};

/** Twelve digits: a 4, ten generated ones, and a check digit. */
const generateCardNumber = (seed: string): string => {
  const digits = `4${digitsFrom(seed, 10)}`;
  return digits + luhnDigit(digits);
};

type IssueCard = Readonly<{ customerId: string; currency: string; limitCents: number }>;

/** The commands that need more than the state of one card. All others go straight to the command handler. */
export const cardUseCases = ({ cards, customers }: CardUseCaseDeps) => ({
  /** Issues a card under a new number, to an active customer. */
  issueCard: (card: IssueCard, context: CommandContext) =>
    createWithGeneratedId<CardTypes, InactiveCustomer>(
      cards,
      {
        generate: generateCardNumber,
        command: (cardNumber) => ({ type: 'IssueCard', data: { cardNumber, ...card } }),
        taken: 'card-number-taken',
        rejection: () => rejectInactive(customers, card.customerId),
      },
      context,
    ),

  /** Cancels a charge, which is looked up in the history if the state may have evicted it. */
  cancelCharge: (
    { cardNumber, chargeId }: Readonly<{ cardNumber: string; chargeId: string }>,
    context: CommandContext,
  ) =>
    cards.handle(
      cardNumber,
      async (state) => {
        const fromHistory = needsHistory(state, chargeId)
          ? await foldHistory(cards, cardNumber, undefined, chargeFromHistory(chargeId))
          : undefined;
        return { type: 'CancelCharge', data: { chargeId, ...defined({ fromHistory }) } };
      },
      context,
    ),
});
