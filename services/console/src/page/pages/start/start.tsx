import type { Role } from '../../lib/roles';
import { Card, Page } from '../../parts/basics';

const ROLES: readonly (readonly [Role, string, string])[] = [
  [
    'customer',
    'Customer',
    'See your accounts, cards and loans; shop and follow an order step by step; pay off your card; change your mobile number.',
  ],
  [
    'teller',
    'Teller',
    'Find and register customers; open accounts, cards and loans; take deposits; stock the shop.',
  ],
  [
    'operator',
    'Operator',
    'Watch events and sagas, follow consumers, rebuild views, replay dead letters, inspect the history of a stream, inject faults.',
  ],
];

const TRY: readonly (readonly [string, string, string])[] = [
  ['Buy something you can afford', '#/customer/shop', 'and watch the saga reserve, pay and confirm.'],
  [
    'Buy something you cannot afford',
    '#/customer/shop',
    'two night trains cost more than the account holds, and the stock is released again.',
  ],
  [
    'Slow a service down',
    '#/operator/faults',
    'then open a summary: one section is late, the others are not.',
  ],
  ['Rebuild a view', '#/operator/views', 'while it keeps serving queries.'],
  [
    'Compare four compositions',
    '#/operator/compose',
    'of the same summary: view, gateway, composer and this browser.',
  ],
];

export const Start = () => (
  <Page
    title="Bankside"
    lead="A bank, and a shop that pays through it, built on events. Everything you see here uses its public API."
  >
    <div class="grid three even">
      {ROLES.map(([role, name, what]) => (
        <a key={role} class={`card role ${role}`} href={`#/${role}`}>
          <h2>{name}</h2>
          <p>{what}</p>
          <span class="go" aria-hidden="true">
            Enter →
          </span>
        </a>
      ))}
    </div>
    <Card title="Things to try">
      <ul class="rows">
        {TRY.map(([what, link, more]) => (
          <li key={what}>
            <span>
              <a href={link}>{what}</a> <span class="muted">{more}</span>
            </span>
          </li>
        ))}
      </ul>
    </Card>
  </Page>
);
