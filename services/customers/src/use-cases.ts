import { derivedCommandId } from '@bankside/std';
import type { CommandContext, CommandHandler, Outcome } from '@bankside/kernel';
import type { CustomerCommand, CustomerTypes } from './domain/customer';

type CustomerDetails = Readonly<{ name?: string | undefined; email?: string | undefined }>;

const commandsFor = ({ name, email }: CustomerDetails): readonly CustomerCommand[] => [
  ...(name === undefined ? [] : [{ type: 'RenameCustomer', data: { name } } as const]),
  ...(email === undefined ? [] : [{ type: 'ChangeEmail', data: { email } } as const]),
];

const succeeded = ({ status }: Outcome<CustomerTypes>): boolean =>
  status === 'accepted' || status === 'unchanged';

/**
 * Changes name, e-mail address or both: one command each, all with the request's fingerprint. The first carries the
 * request's own command id, so that a reused one is detected; only the first is bound to the expected revision. Stops at
 * the first command that fails and returns its outcome. `details` must have at least one field.
 */
export const changeDetails =
  (customers: Pick<CommandHandler<CustomerTypes>, 'handle'>) =>
  async (
    customerId: string,
    details: CustomerDetails,
    context: CommandContext,
  ): Promise<Outcome<CustomerTypes>> => {
    const { expectedRevisions: _onlyFirst, ...unbound } = context;
    const [first, ...others] = commandsFor(details);
    if (first === undefined) throw new Error('There is nothing to change.');
    let outcome = await customers.handle(customerId, first, context);
    for (const command of others) {
      if (!succeeded(outcome)) return outcome;
      const part = command.type === 'ChangeEmail' ? 'email' : 'name';
      const commandId = derivedCommandId(context.commandId, part);
      outcome = await customers.handle(customerId, command, { ...unbound, commandId });
    }
    return outcome;
  };
