import type { Sessions } from './steps';
import { browseScenario } from './browse';
import { customerScenario } from './customer';
import { docsScenario } from './docs-page';
import { keyboardScenario } from './keyboard';
import { moneyScenario, reconciliationScenario, returnScenario } from './money';
import { operatorScenario } from './operator';
import { journeyScenario, mapScenario } from './seeing';
import { sessionScenario } from './sessions';
import { tellerScenario } from './teller';
import { attentionScenario, troubleScenario } from './trouble';
import { watchScenario } from './watch';

/** What `npm run console:verify` walks through, in this order. A new scenario is one file and one line here. */
export const scenarios: readonly (readonly [name: string, run: (sessions: Sessions) => Promise<void>])[] = [
  ['a customer', ({ customer }) => customerScenario(customer)],
  ['transfers, loans and repayments', moneyScenario],
  ['cancelling and returning', returnScenario],
  ['a teller', ({ staff }) => tellerScenario(staff)],
  ['an operator', ({ staff }) => operatorScenario(staff)],
  ['the reconciliation of cash', reconciliationScenario],
  ['an operator watching a customer', watchScenario],
  ['the journey of an order', ({ customer, api }) => journeyScenario(customer, api)],
  ['the map, two sides and curves', ({ staff, api }) => mapScenario(staff, api)],
  ['browsing', ({ staff }) => browseScenario(staff)],
  ['by keyboard alone', ({ staff }) => keyboardScenario(staff)],
  ['a second tab, and a token that ends', ({ staff }) => sessionScenario(staff)],
  ['the projection out of order', troubleScenario],
  ['a saga that needs a person', attentionScenario],
  ['the API reference', ({ staff }) => docsScenario(staff)],
];
