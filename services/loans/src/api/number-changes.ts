import type { NumberChangeDeps } from '@bankside/copies';
import { commandContext, rejection } from '@bankside/service';
import type { LoanDeps } from './routes';

type Deps = Pick<LoanDeps, 'loans' | 'numbersOf' | 'now'> & Pick<NumberChangeDeps, 'catchUp'>;

/** Asks every loan of the customer: one that is under review refuses. */
export const acceptNumberChange =
  ({ loans, numbersOf, catchUp, now }: Deps): NonNullable<NumberChangeDeps['accept']> =>
  async (req, { customerId, changeId }) => {
    const { commandId, expectedRevision: _none, ...context } = commandContext(req, now);
    await catchUp('loans'); // A loan that was just granted counts, too.
    for (const loanNumber of await numbersOf(customerId)) {
      const outcome = await loans.handle(
        loanNumber,
        { type: 'AcceptNumberChange', data: { changeId } },
        { ...context, commandId: `${commandId}/${loanNumber}` },
      );
      if (outcome.status === 'rejected') throw rejection(outcome.reason, 409);
    }
  };
