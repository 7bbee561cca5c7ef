import type { Pool } from 'pg';

type Queryable = Pick<Pool, 'query'>;

/** A view as small as can be: the last balance of each account and how many events it has had. */
export const BALANCES = `create table balance (
  account text primary key, balance_cents bigint not null, events int not null
)`;

const APPLY = `
  insert into balance (account, balance_cents, events)
  select account, (array_agg(cents order by n desc))[1], count(*)::int
  from unnest($1::text[], $2::bigint[]) with ordinality as event(account, cents, n) group by account
  on conflict (account) do update
    set balance_cents = excluded.balance_cents, events = balance.events + excluded.events`;

export type Balance = Readonly<{ accountId: string; balanceCents: number }>;

/** The effect of some events, in their order. */
export const applyBalances = async (database: Queryable, balances: readonly Balance[]): Promise<void> => {
  await database.query({
    name: 'apply-balances',
    text: APPLY,
    values: [balances.map(({ accountId }) => accountId), balances.map(({ balanceCents }) => balanceCents)],
  });
};
