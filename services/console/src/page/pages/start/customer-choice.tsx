import { typedIn } from '../../lib/text';
import { useState } from 'preact/hooks';
import type { Api } from '../../lib/api';
import type { Person } from '../../lib/api-types';
import { asProblem, type ApiProblem } from '../../lib/problem';
import { sampleCustomer } from '../../lib/samples';
import type { SetSessions } from '../../lib/session';
import { developmentSession } from '../../lib/sign-in';
import { Empty, Problem } from '../../parts/basics';
import { InlineForm } from '../../parts/loaded';
import { Button, Field } from '../../parts/forms';
import { findCustomers } from '../../lib/find-customers';

/** Chooses a customer, or creates one with one holding of each kind. Makes its calls as a teller. */
export const CustomerChoice = ({
  teller,
  put,
  choose,
}: {
  teller: Api;
  put: SetSessions;
  choose: (customerId: string) => Promise<void>;
}) => {
  const [found, setFound] = useState<readonly Person[] | undefined>();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ApiProblem | undefined>();

  const asTeller = async (work: () => Promise<void>): Promise<void> => {
    setBusy(true);
    setProblem(undefined);
    try {
      if (teller.token() === '') put({ teller: await developmentSession('teller') });
      await work();
    } catch (error) {
      setProblem(asProblem(error));
    } finally {
      setBusy(false);
    }
  };

  return (
    <>
      <Button
        kind="main"
        busy={busy}
        onClick={() => void asTeller(async () => choose((await sampleCustomer(teller)).customerId))}
      >
        {busy ? 'Working…' : 'Continue as a new sample customer'}
      </Button>
      <p class="small muted">
        Comes with €1,000 in an account, a card, a loan and a stocked shop. Or choose an existing customer:
      </p>
      <InlineForm
        send={(form) => {
          const text = typedIn(form, 'who');
          void asTeller(async () => setFound(await findCustomers(teller, text)));
        }}
      >
        <Field label="Name or mobile number" name="who" required autoComplete="off" />
        <Button type="submit" busy={busy}>
          Find
        </Button>
      </InlineForm>
      <Problem of={problem} />
      {found?.length === 0 && <Empty>No customer has this name or number.</Empty>}
      <ul class="rows">
        {found?.map(({ customerId, name, mobileNumber }) => (
          <li key={customerId}>
            <span>
              {name ?? 'Forgotten customer'} <span class="muted">{mobileNumber}</span>
            </span>
            <Button onClick={() => void choose(customerId)}>Continue as this customer</Button>
          </li>
        ))}
      </ul>
    </>
  );
};
