import type { FindNumbersOfCustomer } from '@bankside/replicas';
import type { CommandContext, CommandHandler } from '@bankside/kernel';
import type { LoanRejection, LoanTypes } from '../domain/loan';

export type NumberChangeAcceptanceDeps = Readonly<{
  loans: CommandHandler<LoanTypes>;
  numbersOf: FindNumbersOfCustomer;
  catchUp: (source: string) => Promise<void>;
}>;

type Change = Readonly<{ customerId: string; changeId: string }>;

/** Asks every loan of the customer, and tells why one refuses: it is under review. */
export const numberChangeAcceptance =
  ({ loans, numbersOf, catchUp }: NumberChangeAcceptanceDeps) =>
  async ({ customerId, changeId }: Change, context: CommandContext): Promise<LoanRejection | undefined> => {
    await catchUp('loans'); // A loan that was just granted counts, too.
    for (const loanNumber of await numbersOf(customerId)) {
      const outcome = await loans.handle(
        loanNumber,
        { type: 'AcceptNumberChange', data: { changeId } },
        { ...context, commandId: `${context.commandId}/${loanNumber}` },
      );
      if (outcome.status === 'rejected') return outcome.reason;
    }
    return undefined;
  };
