import type { ResponseOf } from '../lib/api-types';
import { reasonInWords } from '../lib/in-words';
import { linkOf as placeOf } from '../lib/links';
import { money } from '../lib/money';
import { dateTimeOf } from '../lib/time';
import { roleHere } from '../lib/use-route';
import { State, Table } from './basics';
import { Thing } from './thing';

type Orders = ResponseOf<'listOrders'>['orders'];

/** Orders as a table; staff also see whose they are. */
export const OrderRows = ({
  of,
  linkOf = (id) => placeOf('order', id, roleHere()) ?? '',
}: {
  of: Orders;
  linkOf?: (orderId: string) => string;
}) => {
  const role = roleHere();
  const isStaff = role !== 'customer';
  return (
    <Table
      caption="Orders, newest first"
      head={['Placed', 'Total', 'State', 'Goods', ...(isStaff ? ['Customer'] : [])]}
    >
      {of.map(({ orderId, placedAt, totalCents, currency, state, reason, lines = [], customerId }) => (
        <tr key={orderId}>
          <td>
            <a href={linkOf(orderId)}>{placedAt === undefined ? orderId : dateTimeOf(placedAt)}</a>
          </td>
          <td>{totalCents === undefined ? '–' : money(totalCents, currency)}</td>
          <td>
            <State of={state} />{' '}
            {reason !== undefined && <span class="small muted">{reasonInWords(reason)}</span>}
          </td>
          <td>{lines.map(({ sku, quantity }) => `${quantity} × ${sku}`).join(', ')}</td>
          {isStaff && (
            <td>{customerId !== undefined && <Thing kind="customer" id={customerId} role={role} />}</td>
          )}
        </tr>
      ))}
    </Table>
  );
};
