import type { CustomersEvent, EventEnvelope } from '@bankside/contracts';
import { reject, type Rejected } from '@bankside/kernel';
import type { Pool, PoolClient } from 'pg';

/** A customer as replicated from events. Name and mobile number are null once forgotten. */
export type ReplicatedCustomer = Readonly<{
  customerId: string;
  active: boolean;
  name: string | null;
  mobileNumber: string | null;
  /** The last change of the mobile number that has arrived here. */
  lastNumberChange: string | null;
}>;

type Statement = Readonly<{ text: string; values: readonly unknown[] }>;

const statementFor = ({ type, data }: CustomersEvent): Statement | undefined => {
  switch (type) {
    case 'customers.customer-registered.v1':
      return {
        text: 'insert into customer_replica values ($1, true, $2, $3) on conflict (customer_id) do nothing',
        values: [data.customerId, data.name, data.mobileNumber],
      };
    case 'customers.customer-renamed.v1':
      return {
        text: 'update customer_replica set name = $2 where customer_id = $1',
        values: [data.customerId, data.name],
      };
    case 'customers.mobile-number-changed.v1':
    case 'customers.mobile-number-rolled-back.v1':
      return {
        text: 'update customer_replica set mobile_number = $2, last_number_change = $3 where customer_id = $1',
        values: [data.customerId, data.mobileNumber, data.changeId],
      };
    case 'customers.customer-deactivated.v1':
      return {
        text: 'update customer_replica set active = false where customer_id = $1',
        values: [data.customerId],
      };
    case 'customers.customer-forgotten.v1':
      return {
        text: 'update customer_replica set active = false, name = null, mobile_number = null where customer_id = $1',
        values: [data.customerId],
      };
    case 'customers.email-changed.v1':
    default:
      return undefined; // Irrelevant here, or an event of a newer contract.
  }
};

/** Applies events of `customers`, in the transaction that moves the checkpoint: each event takes effect once. */
export const replicateCustomers = async (
  client: PoolClient,
  events: readonly EventEnvelope[],
): Promise<void> => {
  for (const event of events) {
    const statement = statementFor(event as unknown as CustomersEvent);
    if (statement !== undefined) await client.query(statement.text, [...statement.values]);
  }
};

type Row = Readonly<{
  customer_id: string;
  active: boolean;
  name: string | null;
  mobile_number: string | null;
  last_number_change: string | null;
}>;

/** The customer as replicated so far, read within a transaction or on the pool. */
export const findReplicatedCustomer = async (
  database: Pool | PoolClient,
  customerId: string,
): Promise<ReplicatedCustomer | undefined> => {
  const { rows } = await database.query<Row>('select * from customer_replica where customer_id = $1', [
    customerId,
  ]);
  return rows[0] && customerFrom(rows[0]);
};

const customerFrom = (row: Row): ReplicatedCustomer => ({
  customerId: row.customer_id,
  active: row.active,
  name: row.name,
  mobileNumber: row.mobile_number,
  lastNumberChange: row.last_number_change,
});

/** How a query identifies a customer. */
type CustomerQuery = Readonly<{ customerId: string } | { mobileNumber: string }>;

export type CustomerReplica = Readonly<{
  /** The customer, or undefined if `customers` has none by this id. */
  find: (customerId: string) => Promise<ReplicatedCustomer | undefined>;
  /** The id given, or that of the active customer with the mobile number. */
  idOf: (query: CustomerQuery) => Promise<string | undefined>;
}>;

/**
 * Reads the replica. On a miss it first reads the owner's feed to its end, since the event may not have arrived yet. A number
 * that has just moved on to another customer may still be that of the customer before.
 */
export const customerReplica = ({
  pool,
  catchUp,
}: Readonly<{ pool: Pool; catchUp: (source: string) => Promise<void> }>): CustomerReplica => {
  const idByMobileNumber = async (mobileNumber: string): Promise<string | undefined> => {
    const { rows } = await pool.query<Pick<Row, 'customer_id'>>(
      'select customer_id from customer_replica where mobile_number = $1 and active',
      [mobileNumber],
    );
    return rows[0]?.customer_id;
  };
  const complete = async <T>(read: () => Promise<T | undefined>): Promise<T | undefined> => {
    const known = await read();
    if (known !== undefined) return known;
    await catchUp('customers');
    return read();
  };
  return {
    find: (customerId) => complete(() => findReplicatedCustomer(pool, customerId)),
    idOf: async (query) =>
      'customerId' in query ? query.customerId : complete(() => idByMobileNumber(query.mobileNumber)),
  };
};

export type InactiveCustomer = 'customer-not-found' | 'customer-not-active';

/** The rejection of a customer who is unknown or no longer active; undefined for an active one. */
export const rejectInactive = async (
  { find }: Pick<CustomerReplica, 'find'>,
  customerId: string,
): Promise<Rejected<InactiveCustomer> | undefined> => {
  const customer = await find(customerId);
  if (customer === undefined) return reject('customer-not-found');
  return customer.active ? undefined : reject('customer-not-active');
};
