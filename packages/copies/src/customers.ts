import type { CustomersEvent } from '@bankside/contracts';
import type { FeedEvent } from '@bankside/feed';
import type { Pool, PoolClient } from 'pg';

/** A customer as another service knows them, from events alone. */
export type CustomerCopy = Readonly<{
  customerId: string;
  active: boolean;
  name: string | null;
  mobileNumber: string | null;
}>;

export const customerTables = `
  create table if not exists customer_copy (
    customer_id text primary key, active boolean not null, name text, mobile_number text
  );
  alter table customer_copy add column if not exists number_change text;
  create index if not exists customer_copy_mobile_number on customer_copy (mobile_number);`;

type Change = Readonly<{ text: string; values: readonly unknown[] }>;

const changeOf = ({ type, data }: CustomersEvent): Change | undefined => {
  switch (type) {
    case 'customers.customer-registered.v1':
      return {
        text: 'insert into customer_copy values ($1, true, $2, $3) on conflict (customer_id) do nothing',
        values: [data.customerId, data.name, data.mobileNumber],
      };
    case 'customers.customer-renamed.v1':
      return {
        text: 'update customer_copy set name = $2 where customer_id = $1',
        values: [data.customerId, data.name],
      };
    case 'customers.mobile-number-changed.v1':
    case 'customers.mobile-number-rolled-back.v1':
      return {
        text: 'update customer_copy set mobile_number = $2, number_change = $3 where customer_id = $1',
        values: [data.customerId, data.mobileNumber, data.changeId],
      };
    case 'customers.customer-deactivated.v1':
      return {
        text: 'update customer_copy set active = false where customer_id = $1',
        values: [data.customerId],
      };
    case 'customers.customer-forgotten.v1':
      return {
        text: 'update customer_copy set active = false, name = null, mobile_number = null where customer_id = $1',
        values: [data.customerId],
      };
    case 'customers.email-changed.v1':
    default:
      return undefined; // An event that this copy has no use for, or of a newer contract.
  }
};

/** A letter that was given up or replayed stays as a trace, without what it says of a person. */
const ERASE_LETTERS = `
  update dead_letter set event = jsonb_set(event::jsonb, '{data}', '{}')::json
  where source = 'customers' and stream = $1 and state in ('replayed', 'discarded')`;

/** Keeps the copies. Runs in the transaction that moves the position, so each event counts once. */
export const copyCustomers = async (client: PoolClient, events: readonly FeedEvent[]): Promise<void> => {
  for (const event of events) {
    const change = changeOf(event as unknown as CustomersEvent);
    if (change !== undefined) await client.query(change.text, [...change.values]);
    if (event.type === 'customers.customer-forgotten.v1') await client.query(ERASE_LETTERS, [event.subject]);
  }
};

type Row = Readonly<{
  customer_id: string;
  active: boolean;
  name: string | null;
  mobile_number: string | null;
}>;

/** Whom a query asks for. */
type Holder = Readonly<{ customerId: string } | { mobileNumber: string }>;

/** Finds customers in the copies; a customer who is missing may just not have arrived, so the owner's feed is read once. */
export const customerCopies = ({
  pool,
  catchUp,
}: Readonly<{ pool: Pool; catchUp: (source: string) => Promise<void> }>) => {
  const read = async (customerId: string): Promise<CustomerCopy | undefined> => {
    const { rows } = await pool.query<Row>('select * from customer_copy where customer_id = $1', [
      customerId,
    ]);
    return rows[0] && copyOf(rows[0]);
  };
  const idByMobileNumber = async (mobileNumber: string): Promise<string | undefined> => {
    const { rows } = await pool.query<Row>(
      'select * from customer_copy where mobile_number = $1 and active',
      [mobileNumber],
    );
    return rows[0]?.customer_id;
  };
  return {
    find: async (customerId: string): Promise<CustomerCopy | undefined> => {
      const known = await read(customerId);
      if (known !== undefined) return known;
      await catchUp('customers');
      return read(customerId);
    },
    /** The id of whom a query names: given, or found by the mobile number as far as the events have arrived. */
    idOf: async (holder: Holder): Promise<string | undefined> =>
      'customerId' in holder ? holder.customerId : idByMobileNumber(holder.mobileNumber),
  };
};

export type CustomerCopies = ReturnType<typeof customerCopies>;

const copyOf = (row: Row): CustomerCopy => ({
  customerId: row.customer_id,
  active: row.active,
  name: row.name,
  mobileNumber: row.mobile_number,
});
