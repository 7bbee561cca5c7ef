import type { PageEntry } from '../../page-props';
import { lazy } from '../../parts/lazy';

const role = 'operator';

export const operatorPages: readonly PageEntry[] = [
  { path: [role], role, nav: 'Map', page: lazy(async () => (await import('./map')).SystemMapPage) },
  {
    path: [role, 'curves'],
    role,
    nav: 'Curves',
    page: lazy(async () => (await import('./curves')).Curves),
  },
  {
    path: [role, 'overview'],
    role,
    nav: 'Overview',
    page: lazy(async () => (await import('./overview')).Overview),
  },
  {
    path: [role, 'attention'],
    role,
    nav: 'Needs a person',
    page: lazy(async () => (await import('./attention')).Attention),
  },
  {
    path: [role, 'events'],
    role,
    nav: 'Events',
    group: 'Events',
    page: lazy(async () => (await import('./events')).Events),
  },
  {
    path: [role, 'sagas'],
    role,
    nav: 'Sagas',
    group: 'Sagas',
    page: lazy(async () => (await import('./sagas')).Sagas),
  },
  {
    path: [role, 'sagas', ':id'],
    role,
    under: 'Sagas',
    page: lazy(async () => (await import('./saga')).SagaPage),
  },
  {
    path: [role, 'stories'],
    role,
    nav: 'Journeys',
    group: 'Events',
    page: lazy(async () => (await import('./stories')).Journeys),
  },
  {
    path: [role, 'stories', ':id'],
    role,
    under: 'Journeys',
    page: lazy(async () => (await import('../story')).StoryPage),
  },
  {
    path: [role, 'journal'],
    role,
    nav: 'Journal',
    group: 'Money',
    page: lazy(async () => (await import('./journal')).Journal),
  },
  {
    path: [role, 'views'],
    role,
    nav: 'Views',
    group: 'Consumers',
    page: lazy(async () => (await import('./views')).Views),
  },
  {
    path: [role, 'consumers'],
    role,
    nav: 'Consumers',
    group: 'Consumers',
    page: lazy(async () => (await import('./consumers')).Consumers),
  },
  {
    path: [role, 'dead-letters'],
    role,
    nav: 'Dead letters',
    group: 'Consumers',
    page: lazy(async () => (await import('./dead-letters')).DeadLetters),
  },
  {
    path: [role, 'streams'],
    role,
    nav: 'Streams',
    group: 'Events',
    page: lazy(async () => (await import('./streams')).StreamList),
  },
  {
    path: [role, 'streams', ':service', ':stream'],
    role,
    under: 'Streams',
    page: lazy(async () => (await import('./time-travel')).TimeTravel),
  },
  {
    path: [role, 'documents'],
    role,
    nav: 'Documents',
    group: 'Events',
    page: lazy(async () => (await import('./documents')).Documents),
  },
  {
    path: [role, 'documents', ':view', ':key'],
    role,
    under: 'Documents',
    page: lazy(async () => (await import('./documents')).DocumentPage),
  },
  {
    path: [role, 'orders'],
    role,
    nav: 'Orders',
    group: 'Sagas',
    page: lazy(async () => (await import('../orders')).Orders),
  },
  {
    path: [role, 'orders', ':id'],
    role,
    under: 'Orders',
    page: lazy(async () => (await import('../customer/order')).OrderPage),
  },
  {
    path: [role, 'faults'],
    role,
    nav: 'Faults',
    group: 'Control',
    page: lazy(async () => (await import('./faults')).FaultInjection),
  },
  {
    path: [role, 'audit-log'],
    role,
    nav: 'Audit log',
    group: 'Control',
    page: lazy(async () => (await import('./audit-log')).AuditLog),
  },
  // Deposits and summaries are for tellers; the page slows the views as an operator.
  {
    path: [role, 'two-sides'],
    role: 'teller',
    nav: 'Two sides',
    group: 'Control',
    page: lazy(async () => (await import('./two-sides')).TwoSides),
  },
  // Summaries are for tellers: operators see no customers.
  {
    path: [role, 'compose'],
    role: 'teller',
    nav: 'Compositions',
    group: 'Control',
    page: lazy(async () => (await import('./compose')).Compose),
  },
  {
    path: [role, 'compose', ':id'],
    role: 'teller',
    under: 'Compositions',
    page: lazy(async () => (await import('./compose')).Compose),
  },
];
