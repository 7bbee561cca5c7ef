import { randomUUID } from 'node:crypto';
import type { Append } from '@bankside/kernel';

const ID = '0'.repeat(20);

/** One deposit, as large as those of the accounts service. */
export const deposit = (stream: string) => ({
  type: 'MoneyDeposited',
  data: {
    accountId: stream,
    depositId: `${randomUUID()}${ID}`.slice(0, 40),
    amountCents: 12_345,
    balanceCents: 1_234_567,
    currency: 'EUR',
  },
});

/** The append of one command with one event. */
export const appendOf = (stream: string, revision: number): Append => {
  const commandId = randomUUID();
  const event = deposit(stream);
  return {
    commandId,
    outcome: { fingerprint: commandId, stream, revision },
    commit: {
      stream,
      revision,
      commandId,
      at: new Date().toISOString(),
      actor: 'teller',
      events: [{ ...event, version: 1 }],
    },
  };
};
