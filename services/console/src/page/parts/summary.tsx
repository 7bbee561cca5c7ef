import type { ComponentChildren } from 'preact';
import type { Summary } from '../lib/api-types';
import type { SectionName } from '../lib/compose';
import { money, owed } from '../lib/money';
import { dateTimeOf, duration, timeOf } from '../lib/time';
import type { ThingKind } from '../lib/links';
import { roleHere } from '../lib/use-route';
import { Card, Empty, Facts, Meter, State } from './basics';
import { Thing } from './thing';

type Section<T> = Readonly<{
  status: string;
  tookMs: number;
  asOf?: string | undefined;
  data?: T | undefined;
}>;

/** One section of a summary with its own status. An unavailable section never hides the others. */
const Part = <T,>({
  title,
  of,
  children,
}: {
  title: string;
  of: Section<T>;
  children: (data: T) => ComponentChildren;
}) => (
  <Card title={title} aside={<State of={of.status} />}>
    {of.data === undefined ? (
      <Empty>
        {of.status === 'timeout' ? 'This section took too long.' : 'This section is unavailable.'} The others
        are shown.
      </Empty>
    ) : (
      children(of.data)
    )}
    <p class="section-foot">
      {duration(of.tookMs)}
      {of.asOf !== undefined && `, as of ${timeOf(of.asOf)}`}
    </p>
  </Card>
);

/** The list, or a sentence when it is empty. */
const Each = <T,>({
  of,
  none,
  children,
}: {
  of: readonly T[];
  none: string;
  children: (one: T) => ComponentChildren;
}) => (of.length === 0 ? <Empty>{none}</Empty> : <>{of.map(children)}</>);

/** The number of a holding, and its status unless it is the ordinary one. */
const Numbered = ({
  kind,
  what,
  number,
  status,
}: {
  kind: ThingKind;
  what: string;
  number: string;
  status: string | undefined;
}) => (
  <span class="small muted">
    {what} <Thing kind={kind} id={number} role={roleHere()} />
    {status !== undefined && (
      <>
        {' '}
        <State of={status} />
      </>
    )}
  </span>
);

const Accounts = ({ of }: { of: NonNullable<Summary['accounts']['data']> }) => (
  <Each of={of} none="No account yet.">
    {({ accountNumber, balanceCents, currency, status }) => (
      <div class="holding" key={accountNumber}>
        <span class="big">{money(balanceCents, currency)}</span>
        <Numbered
          kind="account"
          what="Savings account"
          number={accountNumber}
          status={status === 'open' ? undefined : status}
        />
      </div>
    )}
  </Each>
);

const Cards = ({ of }: { of: NonNullable<Summary['cards']['data']> }) => (
  <Each of={of} none="No card yet.">
    {({ cardNumber, usedCents, limitCents, availableCents, currency, status }) => (
      <div class="holding" key={cardNumber}>
        <span>
          <span class="big">{money(availableCents, currency)}</span>{' '}
          <span class="small muted">available</span>
        </span>
        <Meter
          share={usedCents / limitCents}
          caption={
            usedCents < 0
              ? owed(usedCents, currency)
              : `${money(usedCents, currency)} of ${money(limitCents, currency)} used`
          }
        />
        <Numbered
          kind="card"
          what="Credit card"
          number={cardNumber}
          status={status === 'active' ? undefined : status}
        />
      </div>
    )}
  </Each>
);

const Loans = ({ of }: { of: NonNullable<Summary['loans']['data']> }) => (
  <Each of={of} none="No loan.">
    {({ loanNumber, outstandingCents, totalCents, paidCents, currency, status }) => (
      <div class="holding" key={loanNumber}>
        <span>
          <span class="big">{money(outstandingCents, currency)}</span>{' '}
          <span class="small muted">outstanding</span>
        </span>
        <Meter
          share={paidCents / totalCents}
          caption={`${money(paidCents, currency)} of ${money(totalCents, currency)} repaid`}
        />
        <Numbered kind="loan" what="Loan" number={loanNumber} status={status} />
      </div>
    )}
  </Each>
);

const Orders = ({
  of,
  linkTo,
}: {
  of: NonNullable<Summary['orders']['data']>;
  linkTo: ((orderId: string) => string) | undefined;
}) =>
  of.length === 0 ? (
    <Empty>No order yet.</Empty>
  ) : (
    <ul class="rows">
      {of.map(({ orderId, state, totalCents, currency, placedAt }) => (
        <li key={orderId}>
          <span>
            {linkTo === undefined ? (
              money(totalCents, currency)
            ) : (
              <a href={linkTo(orderId)}>{money(totalCents, currency)}</a>
            )}{' '}
            <span class="small muted">{dateTimeOf(placedAt)}</span>
          </span>
          <State of={state} />
        </li>
      ))}
    </ul>
  );

const PersonFacts = ({ of }: { of: NonNullable<Summary['person']['data']> }) => (
  <Facts
    of={[
      ['Name', of.name ?? 'Forgotten'],
      ['E-mail', of.email ?? '–'],
      ['Mobile number', of.mobileNumber ?? '–'],
      ['Status', <State of={of.status} />],
    ]}
  />
);

/** The whole summary of a customer. `orderLink` returns the link to the page of an order. */
export const SummaryParts = ({
  of,
  orderLink,
  without = [],
}: {
  of: Summary;
  orderLink?: (orderId: string) => string;
  without?: readonly SectionName[];
}) => (
  <>
    <div class="grid three">
      <Part title="Accounts" of={of.accounts}>
        {(data) => <Accounts of={data} />}
      </Part>
      <Part title="Cards" of={of.cards}>
        {(data) => <Cards of={data} />}
      </Part>
      <Part title="Loans" of={of.loans}>
        {(data) => <Loans of={data} />}
      </Part>
    </div>
    <div class="grid two">
      <Part title="Orders" of={of.orders}>
        {(data) => <Orders of={data} linkTo={orderLink} />}
      </Part>
      {!without.includes('person') && (
        <Part title="Person" of={of.person}>
          {(data) => <PersonFacts of={data} />}
        </Part>
      )}
    </div>
  </>
);
