import { orderStates } from '@bankside/contracts/states';
import type { ResponseOf } from '../lib/api-types';
import { inWords } from '../lib/in-words';
import { roleHere } from '../lib/use-route';
import type { PageProps } from '../page-props';
import { Empty, Page } from '../parts/basics';
import { Choice } from '../parts/forms';
import { LoadedCard, Pager, useFilters, useList } from '../parts/loaded';
import { OrderRows } from '../parts/orders';

const ROWS = 25;
const REFRESH_MS = 5_000;

/** All orders, or those in a state or of a customer; for customers their own. */
export const Orders = ({ api, query, session }: PageProps) => {
  const { filters, show } = useFilters(query, ['customerId', 'state']);
  const isStaff = roleHere() !== 'customer';
  const customerId = isStaff ? filters.customerId : (session.customerId ?? '');
  const parameters = { limit: ROWS, customerId, state: isStaff ? filters.state : '' };
  const { list, pages } = useList<ResponseOf<'listOrders'>>(
    { api, query },
    '/api/orders',
    parameters,
    REFRESH_MS,
  );
  return (
    <Page
      title="Orders"
      lead={isStaff ? 'Every order of every customer, newest first.' : 'All your orders, newest first.'}
      aside={
        isStaff && (
          <Choice
            label="State"
            value={filters.state}
            onChange={({ currentTarget: { value } }) => show({ state: value, customerId: '' })}
            options={['', ...orderStates].map((one) => [one, one === '' ? 'all' : inWords(one)])}
          />
        )
      }
    >
      <LoadedCard title={isStaff && customerId !== '' ? 'Orders of one customer' : 'Orders'} of={list}>
        {({ orders, next }) => (
          <>
            {orders.length === 0 ? <Empty>No orders.</Empty> : <OrderRows of={orders} />}
            <Pager of={pages} next={next} />
          </>
        )}
      </LoadedCard>
    </Page>
  );
};
