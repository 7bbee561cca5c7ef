import { handlerOf } from '@bankside/feed';
import type { Pool } from 'pg';

/** The fields of an account that never change. Whether it is open is left to its owner. */
type ReplicatedAccount = Readonly<{ customerId: string; currency: string }>;
export type FindAccount = (accountNumber: string) => Promise<ReplicatedAccount | undefined>;

export const replicateAccounts = handlerOf(['accounts.account-opened.v1'], async (client, events) => {
  for (const { data } of events)
    await client.query('insert into account_replica values ($1, $2, $3) on conflict do nothing', [
      data.accountNumber,
      data.customerId,
      data.currency,
    ]);
});

/** Finds accounts. Without a hit it first reads the feed to its end, since the event may not have arrived yet. */
export const accountFinder = ({
  pool,
  catchUp,
}: Readonly<{ pool: Pool; catchUp: (source: string) => Promise<void> }>): FindAccount => {
  const read: FindAccount = async (accountNumber) => {
    const { rows } = await pool.query<ReplicatedAccount>(
      'select customer_id as "customerId", currency from account_replica where account_number = $1',
      [accountNumber],
    );
    return rows[0];
  };
  return async (accountNumber) => {
    const known = await read(accountNumber);
    if (known !== undefined) return known;
    await catchUp('accounts');
    return read(accountNumber);
  };
};
