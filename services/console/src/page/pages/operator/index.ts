import type { PageEntry } from '../../page-props';
import { AuditLog } from './audit-log';
import { Compose } from './compose';
import { Consumers } from './consumers';
import { DeadLetters } from './dead-letters';
import { Events } from './events';
import { FaultInjection } from './faults';
import { Journal } from './journal';
import { Overview } from './overview';
import { SagaPage } from './saga';
import { Sagas } from './sagas';
import { Streams, TimeTravel } from './streams';
import { Views } from './views';

const role = 'operator';

export const operatorPages: readonly PageEntry[] = [
  { path: [role], role, nav: 'Overview', page: Overview },
  { path: [role, 'events'], role, nav: 'Events', page: Events },
  { path: [role, 'sagas'], role, nav: 'Sagas', page: Sagas },
  { path: [role, 'sagas', ':id'], role, under: 'Sagas', page: SagaPage },
  { path: [role, 'journal'], role, nav: 'Journal', page: Journal },
  { path: [role, 'views'], role, nav: 'Views', page: Views },
  { path: [role, 'consumers'], role, nav: 'Consumers', page: Consumers },
  { path: [role, 'dead-letters'], role, nav: 'Dead letters', page: DeadLetters },
  { path: [role, 'streams'], role, nav: 'Time travel', page: Streams },
  { path: [role, 'streams', ':service', ':stream'], role, under: 'Time travel', page: TimeTravel },
  { path: [role, 'faults'], role, nav: 'Faults', page: FaultInjection },
  { path: [role, 'audit-log'], role, nav: 'Audit log', page: AuditLog },
  // Summaries are for tellers: operators see no customers.
  { path: [role, 'compose'], role: 'teller', nav: 'Compositions', page: Compose },
  { path: [role, 'compose', ':id'], role: 'teller', under: 'Compositions', page: Compose },
];
