import type { PageEntry } from '../../page-props';
import { lazy } from '../../parts/lazy';

const role = 'customer';

export const customerPages: readonly PageEntry[] = [
  { path: [role], role, nav: 'Summary', page: lazy(async () => (await import('./summary')).CustomerSummary) },
  {
    path: [role, 'statement'],
    role,
    nav: 'Statement',
    page: lazy(async () => (await import('./statement')).Statement),
  },
  { path: [role, 'shop'], role, nav: 'Shop', page: lazy(async () => (await import('./shop')).Shop) },
  {
    path: [role, 'orders', ':id'],
    role,
    under: 'Orders',
    page: lazy(async () => (await import('./order')).OrderPage),
  },
  {
    path: [role, 'stories', ':id'],
    role,
    under: 'Orders',
    page: lazy(async () => (await import('../story')).StoryPage),
  },
  { path: [role, 'orders'], role, nav: 'Orders', page: lazy(async () => (await import('../orders')).Orders) },
  {
    path: [role, 'transfers'],
    role,
    nav: 'Transfers',
    page: lazy(async () => (await import('../transfers')).Transfers),
  },
  {
    path: [role, 'transfers', ':id'],
    role,
    under: 'Transfers',
    page: lazy(async () => (await import('../transfers')).TransferPage),
  },
  { path: [role, 'pay'], role, nav: 'Pay off', page: lazy(async () => (await import('./pay')).PayOff) },
  {
    path: [role, 'profile'],
    role,
    nav: 'Profile',
    page: lazy(async () => (await import('./profile')).Profile),
  },
];
