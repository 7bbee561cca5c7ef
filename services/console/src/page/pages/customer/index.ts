import type { PageEntry } from '../../page-props';
import { OrderPage } from './order';
import { PayCard } from './pay';
import { Profile } from './profile';
import { Shop } from './shop';
import { Statement } from './statement';
import { CustomerSummary } from './summary';

const role = 'customer';

export const customerPages: readonly PageEntry[] = [
  { path: [role], role, nav: 'Summary', page: CustomerSummary },
  { path: [role, 'statement'], role, nav: 'Statement', page: Statement },
  { path: [role, 'shop'], role, nav: 'Shop', page: Shop },
  { path: [role, 'orders', ':id'], role, under: 'Shop', page: OrderPage },
  { path: [role, 'pay'], role, nav: 'Pay card', page: PayCard },
  { path: [role, 'profile'], role, nav: 'Profile', page: Profile },
];
