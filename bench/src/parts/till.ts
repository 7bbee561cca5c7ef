import { randomUUID } from 'node:crypto';
import { commandHandler, type Aggregate, type EventStore } from '@bankside/kernel';
import { deposit } from './commits';

type Deposited = Readonly<{ type: 'MoneyDeposited'; data: Readonly<{ amountCents: number }> }>;
type Deposit = Readonly<{ type: 'DepositMoney'; data: object }>;

type TillTypes = Readonly<{
  state: Readonly<{ balanceCents: number }>;
  command: Deposit;
  event: Deposited;
  rejection: never;
}>;

/** An aggregate with the smallest possible decision, so that the store is what is measured. */
const till: Aggregate<TillTypes> = {
  initialState: { balanceCents: 0 },
  version: 1,
  streamOf: (id) => id,
  decide: () => [deposit('till') as Deposited],
  evolve: ({ balanceCents }, { data }) => ({ balanceCents: balanceCents + data.amountCents }),
};

/** Handles a command as a process does that has just started: nothing is in memory. */
export const coldDeposit = async (store: EventStore, stream: string): Promise<void> => {
  const { handle } = commandHandler(till, store);
  const commandId = randomUUID();
  const context = { commandId, fingerprint: commandId, at: new Date().toISOString() };
  const { status } = await handle(stream, { type: 'DepositMoney', data: {} }, context);
  if (status !== 'accepted') throw new Error(`A deposit into ${stream} was ${status}.`);
};
