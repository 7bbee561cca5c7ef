import type { Order, Role } from '../../lib/api-types';
import { useLoad } from '../../lib/hooks';
import { money } from '../../lib/money';
import { linkTo } from '../../lib/route';
import { dateTimeOf, duration } from '../../lib/time';
import { inWords, reasonInWords } from '../../lib/in-words';
import { roleHere } from '../../lib/use-route';
import type { PageProps } from '../../page-props';
import { Thing } from '../../parts/thing';
import { OrderChanges } from './order-changes';
import { Card, Facts, Page, Problem, State, Table, Waiting } from '../../parts/basics';

/** Reload interval of a running order, in milliseconds; an ended order reloads rarely. */
const LIVELY_MS = 300;
const CALM_MS = 15_000;

const COMPENSATED = /released|voided|cancelled|returned|refunded/;
const FAILED = /rejected|failed/;

const Steps = ({ of: { steps, state } }: { of: Order }) => {
  const startedAt = steps[0] && Date.parse(steps[0].at);
  const classOf = (step: string): string =>
    FAILED.test(step) ? 'bad' : COMPENSATED.test(step) ? 'back' : 'done';
  return (
    <ol class="timeline" aria-live="polite">
      {steps.map(({ step, at, sku }, index) => (
        <li key={`${step} ${sku ?? ''} ${index}`} class={`appear ${classOf(step)}`}>
          <strong>{inWords(step)}</strong> {sku !== undefined && <code>{sku}</code>}{' '}
          <span class="small muted">
            {index === 0 || startedAt === undefined
              ? dateTimeOf(at)
              : `after ${duration(Date.parse(at) - startedAt)}`}
          </span>
        </li>
      ))}
      {(state === 'placed' || state === 'held') && (
        <li class="next">
          <span class="muted">{state === 'held' ? 'We are looking into it…' : 'In progress…'}</span>
        </li>
      )}
    </ol>
  );
};

const PayWith = ({ of: { payWith, totalCents } }: { of: Order }) => {
  if (payWith === undefined) return <>{totalCents === 0 ? 'Nothing to pay' : '–'}</>;
  const [kind, number] =
    'account' in payWith ? (['account', payWith.account] as const) : (['card', payWith.card] as const);
  return (
    <>
      {inWords(kind)} <Thing kind={kind} id={number} role={roleHere()} />
    </>
  );
};

const LEADS: Readonly<Record<Order['state'], string>> = {
  placed: 'Accepted and in progress.',
  held: 'This takes longer than it should. We are looking into it, and you need to do nothing: you will pay only if you get the goods.',
  confirmed: 'Paid, and the goods are yours.',
  rejected: 'Nothing was charged: every completed step has been compensated.',
  cancelled: 'Cancelled: nothing was charged.',
  'partly-returned': 'Paid. Some pieces are back, and their price is refunded.',
  returned: 'All pieces are back, and their price is refunded.',
};

const JourneyLink = ({ of: { correlationId }, role }: { of: Order; role: Role }) =>
  correlationId === undefined ? null : (
    <p>
      <a class="button" href={linkTo([role, 'stories', correlationId])}>
        See its journey
      </a>
    </p>
  );

const About = ({ of }: { of: Order }) => {
  const { payment, money: moved, reason, customerId, orderId } = of;
  const role = roleHere();
  return (
    <Card title="The order">
      <Facts
        of={[
          ['Paid with', <PayWith of={of} />],
          ['Payment', payment ? inWords(payment.state) : '–'],
          ['Money', moved ? inWords(moved.state) : '–'],
          ...(reason === undefined ? [] : [['Reason', reasonInWords(reason)] as const]),
          ...(customerId === undefined || role === 'customer'
            ? []
            : [['Customer', <Thing kind="customer" id={customerId} role={role} />] as const]),
          ['Order number', <code>{orderId}</code>],
        ]}
      />
    </Card>
  );
};

const Goods = ({ of: { lines = [], stock, currency } }: { of: Order }) => (
  <Card title="Goods">
    <Table caption="Goods of the order" head={['Product', 'Quantity', 'Unit price', 'Stock']}>
      {lines.map(({ sku, quantity, unitPriceCents }) => (
        <tr key={sku}>
          <td>
            <Thing kind="product" id={sku} role={roleHere()}>
              {sku}
            </Thing>
          </td>
          <td>{quantity}</td>
          <td>{money(unitPriceCents, currency)}</td>
          <td>{inWords(stock.find((one) => one.sku === sku)?.state ?? 'not-reserved')}</td>
        </tr>
      ))}
    </Table>
  </Card>
);

export const OrderPage = ({ api, params: { id = '' } }: PageProps) => {
  const load = (): Promise<Order> => api.get<Order>(`/api/orders/${encodeURIComponent(id)}`);
  const { data, problem, reload } = useLoad(load, [id], ({ state, returns }) =>
    state === 'placed' || state === 'held' || returns.some((one) => one.state === 'accepted')
      ? LIVELY_MS
      : CALM_MS,
  );
  if (data === undefined)
    return <Page title="Order">{problem ? <Problem of={problem} retry={reload} /> : <Waiting />}</Page>;
  const { state, totalCents, currency } = data;
  const title = `Order ${totalCents === undefined ? '' : `for ${money(totalCents, currency)}`}`;
  return (
    <Page title={title} lead={LEADS[state]} aside={<State of={state} />}>
      <div class="grid two">
        <Card title="Progress">
          <Steps of={data} />
        </Card>
        <div class="stack">
          <About of={data} />
          <Goods of={data} />
          <OrderChanges of={data} api={api} role={roleHere()} onDone={reload} />
          <JourneyLink of={data} role={roleHere()} />
          <p class="small">
            <a href={`#/operator/sagas/${encodeURIComponent(data.orderId)}`}>View the saga</a>,{' '}
            <a href={linkTo(['operator', 'documents', 'order-status', data.orderId])}>
              the document and its events
            </a>{' '}
            <span class="muted">(operators)</span>
          </p>
        </div>
      </div>
    </Page>
  );
};
