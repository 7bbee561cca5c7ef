import type { PageEntry } from '../../page-props';
import { lazy } from '../../parts/lazy';

const role = 'teller';

export const tellerPages: readonly PageEntry[] = [
  { path: [role], role, nav: 'Customers', page: lazy(async () => (await import('./customers')).Customers) },
  {
    path: [role, 'register'],
    role,
    nav: 'Register',
    page: lazy(async () => (await import('./register')).Register),
  },
  {
    path: [role, 'customers', ':id'],
    role,
    under: 'Customers',
    page: lazy(async () => (await import('./customer')).Customer),
  },
  {
    path: [role, 'customers', ':id', 'transfers'],
    role,
    under: 'Customers',
    page: lazy(async () => (await import('../transfers')).Transfers),
  },
  {
    path: [role, 'transfers', ':id'],
    role,
    under: 'Customers',
    page: lazy(async () => (await import('../transfers')).TransferPage),
  },
  {
    path: [role, 'stories', ':id'],
    role,
    under: 'Customers',
    page: lazy(async () => (await import('../story')).StoryPage),
  },
  {
    path: [role, 'orders', ':id'],
    role,
    under: 'Orders',
    page: lazy(async () => (await import('../customer/order')).OrderPage),
  },
  {
    path: [role, 'orders'],
    role,
    nav: 'Orders',
    page: lazy(async () => (await import('../orders')).Orders),
  },
  {
    path: [role, 'accounts', ':number'],
    role,
    under: 'Customers',
    page: lazy(async () => (await import('./holding')).AccountPage),
  },
  {
    path: [role, 'cards', ':number'],
    role,
    under: 'Customers',
    page: lazy(async () => (await import('./holding')).CardPage),
  },
  {
    path: [role, 'loans', ':number'],
    role,
    under: 'Customers',
    page: lazy(async () => (await import('./holding')).LoanPage),
  },
  {
    path: [role, 'products'],
    role,
    nav: 'Products',
    page: lazy(async () => (await import('./products')).Products),
  },
];
