import type { Role } from '../../lib/roles';
import { Card, Page } from '../../parts/basics';

const ROLES: readonly (readonly [Role, string, string])[] = [
  [
    'customer',
    'Customer',
    'See your accounts, cards and loans; shop, and watch an order go step by step; pay your card; change your number.',
  ],
  [
    'teller',
    'Teller',
    'Find and register customers, open accounts, cards and loans, take deposits, fill the shop.',
  ],
  [
    'operator',
    'Operator',
    'Watch events and sagas, rebuild views, replay dead letters, travel through a stream’s time, let services fail.',
  ],
];

const TRY: readonly (readonly [string, string, string])[] = [
  ['Buy something you can pay', '#/customer/shop', 'and watch the saga reserve, pay and confirm.'],
  [
    'Buy something you cannot',
    '#/customer/shop',
    'a night train costs more than an account holds when you take two: see the stock come back.',
  ],
  [
    'Slow a service down',
    '#/operator/faults',
    'then look at a summary: one section is late, the others are not.',
  ],
  ['Rebuild a view', '#/operator/views', 'while it goes on answering.'],
  [
    'Compare four compositions',
    '#/operator/compose',
    'of the same page: view, gateway, composer, and this browser.',
  ],
];

export const Start = () => (
  <Page
    title="Bankside"
    lead="A bank, and a shop that pays through it, built from events. Everything that you see here goes through its public API."
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
