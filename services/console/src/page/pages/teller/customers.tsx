import { useState } from 'preact/hooks';
import { useLoad } from '../../lib/hooks';
import { linkTo } from '../../lib/route';
import { sampleCustomer } from '../../lib/samples';
import { goTo } from '../../lib/use-route';
import type { PageProps } from '../../page-props';
import { Card, Empty, Page, Problem, State, Table, Waiting } from '../../parts/basics';
import { ActionButton, Button, Field } from '../../parts/forms';
import { findCustomers } from '../../lib/find-customers';

const pageOf = (customerId: string): string => linkTo(['teller', 'customers', customerId]);

export const Customers = ({ api, query }: PageProps) => {
  const typed = query.get('find') ?? '';
  const [asked, setAsked] = useState(typed);
  const { data, problem, busy, reload } = useLoad(
    async () => (typed.length < 2 ? undefined : findCustomers(api, typed)),
    [typed],
  );
  return (
    <Page
      title="Customers"
      lead="Search by the beginning of a name or by a full mobile number."
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
      <Card>
        <form
          class="form inline"
          role="search"
          onSubmit={(event) => {
            event.preventDefault();
            goTo(linkTo(['teller'], { find: asked.trim() }));
          }}
        >
          <Field
            label="Name or mobile number"
            value={asked}
            onInput={({ currentTarget }) => setAsked(currentTarget.value)}
            required
            minLength={2}
            type="search"
            autoComplete="off"
          />
          <Button type="submit" kind="main">
            Find
          </Button>
        </form>
        <Problem of={problem} retry={reload} />
        {busy && typed !== '' && data === undefined && <Waiting what="Searching" />}
        {data?.length === 0 && <Empty>No customer has this name or number.</Empty>}
        {data !== undefined && data.length > 0 && (
          <Table caption="Customers found" head={['Name', 'Mobile number', 'E-mail', 'Status']}>
            {data.map(({ customerId, name, mobileNumber, email, status }) => (
              <tr key={customerId}>
                <td>
                  <a href={pageOf(customerId)}>{name ?? 'Forgotten customer'}</a>
                </td>
                <td>{mobileNumber}</td>
                <td>{email}</td>
                <td>
                  <State of={status} />
                </td>
              </tr>
            ))}
          </Table>
        )}
      </Card>
    </Page>
  );
};
