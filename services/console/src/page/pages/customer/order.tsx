import type { Order } from '../../lib/answers';
import { useLoad } from '../../lib/hooks';
import { money } from '../../lib/money';
import { dateTimeOf, duration } from '../../lib/time';
import { grouped, words } from '../../lib/words';
import type { PageProps } from '../../page-props';
import { Card, Facts, Page, Problem, State, Table, Waiting } from '../../parts/basics';

/** Reload interval of a running order, in milliseconds; an ended order reloads rarely. */
const LIVELY_MS = 300;
const CALM_MS = 15_000;

const BACK = /released|voided|cancelled|returned|refunded/;
const BAD = /rejected|failed/;

const Steps = ({ of: { steps, state } }: { of: Order }) => {
  const startedAt = steps[0] && Date.parse(steps[0].at);
  const classOf = (step: string): string => (BAD.test(step) ? 'bad' : BACK.test(step) ? 'back' : 'done');
  return (
    <ol class="timeline" aria-live="polite">
      {steps.map(({ step, at, sku }, index) => (
        <li key={`${step} ${sku ?? ''} ${index}`} class={`appear ${classOf(step)}`}>
          <strong>{words(step)}</strong> {sku !== undefined && <code>{sku}</code>}{' '}
          <span class="small muted">
            {index === 0 || startedAt === undefined
              ? dateTimeOf(at)
              : `after ${duration(Date.parse(at) - startedAt)}`}
          </span>
        </li>
      ))}
      {state === 'placed' && (
        <li class="next">
          <span class="muted">More to come…</span>
        </li>
      )}
    </ol>
  );
};

const payWithOf = ({ payWith }: Order): string => {
  if (payWith === undefined) return '–';
  return 'account' in payWith ? `Account ${grouped(payWith.account)}` : `Card ${grouped(payWith.card)}`;
};

const WORDS: Readonly<Record<Order['state'], string>> = {
  placed: 'It is taken, and under way.',
  confirmed: 'The goods are yours, and paid for.',
  rejected: 'Nothing is kept and nothing is paid: what had been done before is undone.',
  cancelled: 'It was called off; nothing is kept and nothing is paid.',
};

export const OrderPage = ({ api, params: { id = '' } }: PageProps) => {
  const load = (): Promise<Order> => api.get<Order>(`/api/orders/${encodeURIComponent(id)}`);
  const { data, problem, reload } = useLoad(load, [id], ({ state }) =>
    state === 'placed' ? LIVELY_MS : CALM_MS,
  );
  if (data === undefined)
    return <Page title="Order">{problem ? <Problem of={problem} retry={reload} /> : <Waiting />}</Page>;
  const { state, reason, totalCents, currency, lines = [], stock } = data;
  const title = `Order ${totalCents === undefined ? '' : `over ${money(totalCents, currency)}`}`;
  return (
    <Page title={title} lead={WORDS[state]} aside={<State of={state} />}>
      <div class="grid two">
        <Card title="What happened">
          <Steps of={data} />
        </Card>
        <div class="stack">
          <Card title="The order">
            <Facts
              of={[
                ['Paid with', payWithOf(data)],
                ['Payment', data.payment ? words(data.payment.state) : '–'],
                ['Money', data.money ? words(data.money.state) : '–'],
                ...(reason === undefined ? [] : [['Because', words(reason)] as const]),
                ['Number', <code>{data.orderId}</code>],
              ]}
            />
          </Card>
          <Card title="Goods">
            <Table caption="Goods of the order" head={['What', 'Pieces', 'Each', 'Stock']}>
              {lines.map(({ sku, quantity, unitPriceCents }) => (
                <tr key={sku}>
                  <td>{sku}</td>
                  <td>{quantity}</td>
                  <td>{money(unitPriceCents, currency)}</td>
                  <td>{words(stock.find((one) => one.sku === sku)?.state ?? 'not-reserved')}</td>
                </tr>
              ))}
            </Table>
          </Card>
          <p class="small">
            <a href={`#/operator/sagas/${encodeURIComponent(data.orderId)}`}>The saga behind it</a>{' '}
            <span class="muted">is for operators.</span>
          </p>
        </div>
      </div>
    </Page>
  );
};
