import { cancellationReasons, returnReasons } from '@bankside/contracts/order-reasons';
import type { Api } from '../../lib/api';
import type { Order, Role } from '../../lib/api-types';
import { inGroups, inWords, reasonInWords } from '../../lib/in-words';
import { money } from '../../lib/money';
import { dateTimeOf } from '../../lib/time';
import { Card, Empty, State, Table } from '../../parts/basics';
import { ActionButton, ActionForm, Choice, Field } from '../../parts/forms';

type Props = Readonly<{ of: Order; api: Api; role: Role; onDone: () => void }>;
type Return = Order['returns'][number];

const pathOf = ({ orderId }: Order, ...rest: readonly string[]): string =>
  ['/api/orders', encodeURIComponent(orderId), ...rest].join('/');

const reasonsOf = (reasons: readonly string[]) => reasons.map((one) => [one, inWords(one)] as const);

const CancelForm = ({ of, api, onDone }: Props) => (
  <Card title="Cancel the order">
    <ActionForm
      label="Cancel the order"
      kind="danger"
      submit={({ reason = '' }, key) => api.change('POST', pathOf(of, 'cancellation'), key, { reason })}
      onDone={onDone}
    >
      <p class="small muted">
        Either the cancellation or the payment wins. A paid order is confirmed, and you can return its pieces.
      </p>
      <Choice label="Reason" name="reason" options={reasonsOf(cancellationReasons)} />
    </ActionForm>
  </Card>
);

/** Pieces of a line that are neither returned nor being returned. */
const returnable = ({ lines = [], returns }: Order) =>
  lines
    .map(({ sku, quantity }) => {
      const back = returns
        .filter(({ state }) => state !== 'rejected')
        .flatMap((one) => one.lines)
        .reduce((sum, line) => sum + (line.sku === sku ? line.quantity : 0), 0);
      return { sku, left: quantity - back };
    })
    .filter(({ left }) => left > 0);

const ReturnForm = ({ of, api, role, onDone }: Props) => {
  const goods = returnable(of);
  const { returnableUntil } = of;
  const isLate = returnableUntil !== undefined && Date.parse(returnableUntil) < Date.now();
  if (goods.length === 0) return null;
  if (isLate)
    return (
      <Card title="Return pieces">
        <Empty>Pieces could be returned until {dateTimeOf(returnableUntil)}.</Empty>
      </Card>
    );
  const submit = (values: Readonly<Record<string, string>>, key: string) => {
    const writeOff = values['fate'] === 'write-off';
    const lines = goods
      .map(({ sku }) => ({ sku, quantity: Number(values[`of ${sku}`] ?? 0), writeOff }))
      .filter(({ quantity }) => quantity > 0);
    return api.change('POST', pathOf(of, 'returns'), key, { lines, reason: values['reason'] });
  };
  return (
    <Card title="Return pieces">
      <ActionForm label="Return them" submit={submit} done="The return is accepted." onDone={onDone}>
        {goods.map(({ sku, left }, index) => (
          <Field
            key={sku}
            label={`Pieces of ${sku}, at most ${left}`}
            name={`of ${sku}`}
            part={`lines/${index}/quantity`}
            type="number"
            min={0}
            max={left}
            defaultValue={0}
          />
        ))}
        <Choice label="Reason" name="reason" options={reasonsOf(returnReasons)} />
        {role === 'teller' && (
          <Choice
            label="The pieces"
            name="fate"
            options={[
              ['restock', 'Go back into the stock'],
              ['write-off', 'Are written off'],
            ]}
          />
        )}
        {returnableUntil !== undefined && (
          <p class="small muted">Possible until {dateTimeOf(returnableUntil)}.</p>
        )}
      </ActionForm>
    </Card>
  );
};

const refundOf = ({ refund, refundCents }: Return, currency: string | undefined): string => {
  const amount = money(refundCents, currency);
  if (refundCents === 0) return 'Nothing to refund';
  if (refund === undefined) return amount;
  if (refund.to === undefined) return `${amount}: ${inWords(refund.state).toLowerCase()}`;
  return 'account' in refund.to
    ? `${amount} to account ${inGroups(refund.to.account)}`
    : `${amount} to card ${inGroups(refund.to.card)}`;
};

const Returns = ({ of, api, role, onDone }: Props) => (
  <Card title="Returns">
    <Table caption="Returns of the order" head={['When', 'Pieces', 'Refund', 'State']}>
      {of.returns.map((one) => (
        <tr key={one.returnId}>
          <td>{dateTimeOf(one.at)}</td>
          <td>
            {one.lines
              .map(({ sku, quantity, writeOff }) => `${quantity} × ${sku}${writeOff ? ', written off' : ''}`)
              .join('; ')}
            <div class="small muted">{inWords(one.reason)}</div>
          </td>
          <td>
            {refundOf(one, of.currency)}
            {one.refund?.state === 'held' && (
              <div class="small muted">No account or card could take the money.</div>
            )}
            {one.refund?.state === 'held' && role === 'teller' && (
              <ActionButton
                label="Pay out in cash"
                confirmation={`Pay out ${money(one.refundCents, of.currency)} in cash?`}
                submit={(key) => api.change('POST', pathOf(of, 'returns', one.returnId, 'payout'), key, {})}
                onDone={onDone}
              />
            )}
          </td>
          <td>
            <State of={one.state} />
            {one.rejectedBecause !== undefined && (
              <div class="small muted">{reasonInWords(one.rejectedBecause)}</div>
            )}
          </td>
        </tr>
      ))}
    </Table>
  </Card>
);

/** What its customer or a teller can do about an order: cancel it, or return its pieces. */
export const OrderChanges = (props: Props) => {
  const { state, returns } = props.of;
  const mayChange = props.role !== 'operator';
  return (
    <>
      {returns.length > 0 && <Returns {...props} />}
      {mayChange && (state === 'placed' || state === 'held') && <CancelForm {...props} />}
      {mayChange && (state === 'confirmed' || state === 'partly-returned') && <ReturnForm {...props} />}
    </>
  );
};
