import type { ResponseOf } from '../../lib/api-types';
import { linkTo } from '../../lib/route';
import { goTo } from '../../lib/use-route';
import type { PageProps } from '../../page-props';
import { Card, Page } from '../../parts/basics';
import { ActionForm, Field } from '../../parts/forms';

export const Register = ({ api }: PageProps) => (
  <Page title="Register a customer" lead="A mobile number belongs to at most one active customer.">
    <div class="grid two">
      <Card>
        <ActionForm
          label="Register"
          submit={async ({ name, email, mobileNumber }, key) => {
            const person = { name, email, mobileNumber };
            const { customerId } = await api.change<ResponseOf<'registerCustomer'>>(
              'POST',
              '/api/customers',
              key,
              person,
            );
            goTo(linkTo(['teller', 'customers', customerId]));
          }}
        >
          <Field label="Name" name="name" required hint="5 to 30 characters" autoComplete="off" />
          <Field label="E-mail" name="email" type="email" required autoComplete="off" />
          <Field
            label="Mobile number"
            name="mobileNumber"
            required
            inputMode="numeric"
            hint="10 digits"
            autoComplete="off"
          />
        </ActionForm>
      </Card>
    </div>
  </Page>
);
