import type { Api } from '../../lib/api';
import type { Person, ResponseOf } from '../../lib/api-types';
import { findCustomers, isMobileNumber } from '../../lib/find-customers';
import { useLoad } from '../../lib/hooks';
import { linkTo, withQuery } from '../../lib/route';
import { sampleCustomer } from '../../lib/samples';
import { typedIn } from '../../lib/text';
import { goTo } from '../../lib/use-route';
import type { PageProps } from '../../page-props';
import { Empty, Page, State, Table } from '../../parts/basics';
import { InlineForm, LoadedCard, Pager, useFilters, usePages } from '../../parts/loaded';
import { ActionButton, Button, Field } from '../../parts/forms';

const ROWS = 25;

const pageOf = (customerId: string): string => linkTo(['teller', 'customers', customerId]);

type CustomerPage = ResponseOf<'searchCustomers'>;

/** A page of all customers, or of those with a name; or the one with a mobile number. */
const readPage = async (api: Api, find: string, cursor = ''): Promise<CustomerPage> => {
  if (isMobileNumber(find)) return { customers: [...(await findCustomers(api, find))] };
  return api.get<CustomerPage>(withQuery('/api/customers', { limit: ROWS, name: find, cursor }));
};

const Rows = ({ of }: { of: readonly Person[] }) => (
  <Table caption="Customers, by name" head={['Name', 'Mobile number', 'E-mail', 'Status']}>
    {of.map(({ customerId, name, mobileNumber, email, status }) => (
      <tr key={customerId}>
        <td>
          <a href={pageOf(customerId)}>{name ?? 'Forgotten customer'}</a>
        </td>
        <td>{mobileNumber ?? '–'}</td>
        <td>{email ?? '–'}</td>
        <td>
          <State of={status} />
        </td>
      </tr>
    ))}
  </Table>
);

export const Customers = ({ api, query }: PageProps) => {
  const { filters, show } = useFilters(query, ['find']);
  const { find } = filters;
  const pages = usePages(query);
  const list = useLoad(() => readPage(api, find, pages.cursor), [find, pages.cursor]);
  return (
    <Page
      title="Customers"
      lead="All of them by name, or those whose name begins so, or the one with a mobile number."
      aside={
        <>
          <a class="button main" href="#/teller/register">
            Register a customer
          </a>
          <ActionButton
            label="Add a sample customer"
            submit={async () => goTo(pageOf((await sampleCustomer(api)).customerId))}
          />
        </>
      }
    >
      <LoadedCard title={find === '' ? 'All customers' : `“${find}”`} of={list}>
        {({ customers, next }) => (
          <>
            <InlineForm role="search" send={(form) => show({ find: typedIn(form, 'find') })}>
              <Field
                key={find}
                label="Name or mobile number"
                name="find"
                defaultValue={find}
                type="search"
                autoComplete="off"
              />
              <Button type="submit" kind="main">
                Find
              </Button>
            </InlineForm>
            {customers.length === 0 ? (
              <Empty>{find === '' ? 'No customer yet.' : 'No customer has this name or number.'}</Empty>
            ) : (
              <Rows of={customers} />
            )}
            <Pager of={pages} next={next} labels={['First', 'Next']} />
          </>
        )}
      </LoadedCard>
    </Page>
  );
};
