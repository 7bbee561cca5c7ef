import { createWithGeneratedId, type CommandContext, type CommandHandler } from '@bankside/kernel';
import {
  rejectInactive,
  type CustomerReplica,
  type FindNumbersOfCustomer,
  type InactiveCustomer,
} from '@bankside/replicas';
import { derivedCommandId } from '@bankside/std';
import { digitsFrom } from '@bankside/std/ids';
import type { LoanRejection, LoanTypes } from './domain/loan';

const NUMBER_DIGITS = 10;

type GrantLoan = Readonly<{ customerId: string; currency: string; totalCents: number }>;

/** Grants a loan under a new number, to an active customer. */
export const grantLoan =
  ({
    loans,
    customers,
  }: Readonly<{ loans: CommandHandler<LoanTypes>; customers: Pick<CustomerReplica, 'find'> }>) =>
  (loan: GrantLoan, context: CommandContext) =>
    createWithGeneratedId<LoanTypes, InactiveCustomer>(
      loans,
      {
        generate: (seed) => digitsFrom(seed, NUMBER_DIGITS),
        command: (loanNumber) => ({ type: 'GrantLoan', data: { loanNumber, ...loan } }),
        taken: 'loan-number-taken',
        rejection: () => rejectInactive(customers, loan.customerId),
      },
      context,
    );

export type NumberChangeAcceptanceDeps = Readonly<{
  loans: CommandHandler<LoanTypes>;
  numbersOf: FindNumbersOfCustomer;
  catchUp: (source: string) => Promise<void>;
}>;

type Change = Readonly<{ customerId: string; changeId: string }>;

/** Accepts a change of the mobile number on every loan of the customer. Returns the rejection of the first that is under review. */
export const acceptNumberChange =
  ({ loans, numbersOf, catchUp }: NumberChangeAcceptanceDeps) =>
  async ({ customerId, changeId }: Change, context: CommandContext): Promise<LoanRejection | undefined> => {
    await catchUp('loans'); // Includes a loan that was granted a moment ago.
    for (const loanNumber of await numbersOf(customerId)) {
      const outcome = await loans.handle(
        loanNumber,
        { type: 'AcceptNumberChange', data: { changeId } },
        { ...context, commandId: derivedCommandId(context.commandId, loanNumber) },
      );
      if (outcome.status === 'rejected') return outcome.reason;
    }
    return undefined;
  };
