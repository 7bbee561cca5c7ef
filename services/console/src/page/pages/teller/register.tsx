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
          <Field label="Name" name="name" required hint="1 to 100 characters" autoComplete="off" />
          <Field label="E-mail" name="email" inputMode="email" required autoComplete="off" />
          <Field
            label="Mobile number"
            name="mobileNumber"
            required
            type="tel"
            hint="International, such as +40 712 345 678, or national"
            autoComplete="off"
          />
        </ActionForm>
      </Card>
    </div>
  </Page>
);
