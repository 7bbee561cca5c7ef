import type { PageEntry } from '../../page-props';
import { OrderPage } from '../customer/order';
import { Customer } from './customer';
import { Customers } from './customers';
import { Products } from './products';
import { Register } from './register';

const role = 'teller';

export const tellerPages: readonly PageEntry[] = [
  { path: [role], role, nav: 'Customers', page: Customers },
  { path: [role, 'register'], role, nav: 'Register', page: Register },
  { path: [role, 'customers', ':id'], role, under: 'Customers', page: Customer },
  { path: [role, 'orders', ':id'], role, under: 'Customers', page: OrderPage },
  { path: [role, 'products'], role, nav: 'Products', page: Products },
];
