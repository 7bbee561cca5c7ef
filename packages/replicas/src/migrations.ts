import { join } from 'node:path';
import { migrationSet } from '@bankside/migrations';

const setIn = (folder: string) => migrationSet(join(__dirname, 'migrations', folder));

export const customerReplicaMigrations = setIn('customer-replica');
export const productReplicaMigrations = setIn('product-replica');
/** The index behind `numbersByCustomer`. */
export const numberByCustomerMigrations = setIn('number-by-customer');
