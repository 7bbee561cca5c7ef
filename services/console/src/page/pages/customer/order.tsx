import type { Order, Role } from '../../lib/api-types';
import { useLoad } from '../../lib/hooks';
import { money } from '../../lib/money';
import { linkTo } from '../../lib/route';
import { dateTimeOf, duration } from '../../lib/time';
import { inGroups, inWords } from '../../lib/in-words';
import type { PageProps } from '../../page-props';
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

const payWithOf = ({ payWith }: Order): string => {
  if (payWith === undefined) return '–';
  return 'account' in payWith ? `Account ${inGroups(payWith.account)}` : `Card ${inGroups(payWith.card)}`;
};

const LEADS: Readonly<Record<Order['state'], string>> = {
  placed: 'Accepted and in progress.',
  held: 'This takes longer than it should. We are looking into it, and you need to do nothing: you will pay only if you get the goods.',
  confirmed: 'Paid, and the goods are yours.',
  rejected: 'Nothing was charged: every completed step has been compensated.',
  cancelled: 'Cancelled: nothing was charged.',
};

const JourneyLink = ({ of: { correlationId }, role }: { of: Order; role: Role }) =>
  correlationId === undefined ? null : (
    <p>
      <a class="button" href={linkTo([role, 'stories', correlationId])}>
        See its journey
      </a>
    </p>
  );

export const OrderPage = ({ api, session, params: { id = '' } }: PageProps) => {
  const load = (): Promise<Order> => api.get<Order>(`/api/orders/${encodeURIComponent(id)}`);
  const { data, problem, reload } = useLoad(load, [id], ({ state }) =>
    state === 'placed' || state === 'held' ? LIVELY_MS : CALM_MS,
  );
  if (data === undefined)
    return <Page title="Order">{problem ? <Problem of={problem} retry={reload} /> : <Waiting />}</Page>;
  const { state, reason, totalCents, currency, lines = [], stock } = data;
  const title = `Order ${totalCents === undefined ? '' : `for ${money(totalCents, currency)}`}`;
  return (
    <Page title={title} lead={LEADS[state]} aside={<State of={state} />}>
      <div class="grid two">
        <Card title="Progress">
          <Steps of={data} />
        </Card>
        <div class="stack">
          <Card title="The order">
            <Facts
              of={[
                ['Paid with', payWithOf(data)],
                ['Payment', data.payment ? inWords(data.payment.state) : '–'],
                ['Money', data.money ? inWords(data.money.state) : '–'],
                ...(reason === undefined ? [] : [['Reason', inWords(reason)] as const]),
                ['Order number', <code>{data.orderId}</code>],
              ]}
            />
          </Card>
          <Card title="Goods">
            <Table caption="Goods of the order" head={['Product', 'Quantity', 'Unit price', 'Stock']}>
              {lines.map(({ sku, quantity, unitPriceCents }) => (
                <tr key={sku}>
                  <td>{sku}</td>
                  <td>{quantity}</td>
                  <td>{money(unitPriceCents, currency)}</td>
                  <td>{inWords(stock.find((one) => one.sku === sku)?.state ?? 'not-reserved')}</td>
                </tr>
              ))}
            </Table>
          </Card>
          <JourneyLink of={data} role={session.customerId === undefined ? 'teller' : 'customer'} />
          <p class="small">
            <a href={`#/operator/sagas/${encodeURIComponent(data.orderId)}`}>View the saga</a>{' '}
            <span class="muted">(operators only)</span>
          </p>
        </div>
      </div>
    </Page>
  );
};
