import { typedIn } from '../../lib/text';
import { useState } from 'preact/hooks';
import type { Api } from '../../lib/api';
import { asProblem, type ApiProblem } from '../../lib/problem';
import type { Role } from '../../lib/roles';
import { readToken, type SetSessions } from '../../lib/session';
import { developmentSession } from '../../lib/sign-in';
import { Card, Page, Problem } from '../../parts/basics';
import { Dialog } from '../../parts/dialog';
import { Button, Field } from '../../parts/forms';
import { CustomerChoice } from './customer-choice';

const ROLE_LEADS: Readonly<Record<Role, string>> = {
  customer: 'Customers see their own accounts, cards, loans, orders and statement. They shop and pay.',
  teller:
    'Tellers serve every customer: they register customers, open accounts, cards and loans, and handle cash.',
  operator: 'Operators run the system: events, sagas, consumers, views, dead letters and faults.',
};

/** Accepts a bearer token of a trusted issuer. */
const PastedToken = ({ role, put }: { role: Role; put: SetSessions }) => {
  const [wrong, setWrong] = useState<string | undefined>();
  const take = (text: string): void => {
    const token = text.trim().replace(/^Bearer +/i, '');
    const { roles, customerId } = readToken(token);
    if (roles.length === 0) return setWrong('This token names no role of the console.');
    if (!roles.includes(role))
      return setWrong(`This token has the role ${roles.join(' and ')}, not ${role}.`);
    put(
      Object.fromEntries(
        roles.map((one) => [one, { token, ...(customerId !== undefined && { customerId }) }]),
      ),
    );
  };
  return (
    <form
      class="form"
      onSubmit={(event) => {
        event.preventDefault();
        take(typedIn(event.currentTarget, 'token'));
      }}
    >
      <Field
        label="Access token"
        name="token"
        required
        autoComplete="off"
        hint="A signed JWT from an issuer that the gateway trusts. It is kept in the tabs of this browser until the last one is closed."
      />
      <Button type="submit">Use this token</Button>
      {wrong !== undefined && (
        <p class="problem" role="alert">
          {wrong}
        </p>
      )}
    </form>
  );
};

type SignInProps = Readonly<{ role: Role; teller: Api; put: SetSessions }>;

/** The ways to sign in. */
const Ways = ({ role, teller, put }: SignInProps) => {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ApiProblem | undefined>();
  const enter = (wanted: Role, customerId?: string): Promise<void> => {
    setBusy(true);
    setProblem(undefined);
    return developmentSession(wanted, customerId)
      .then((session) => put({ [wanted]: session }))
      .catch((error: unknown) => setProblem(asProblem(error)))
      .finally(() => setBusy(false));
  };
  return (
    <div class="grid two">
      <Card title="For development">
        <p class="muted">
          Uses a token from the gateway’s development issuer, which production does not have.
        </p>
        {role === 'customer' ? (
          <CustomerChoice teller={teller} put={put} choose={(id) => enter('customer', id)} />
        ) : (
          <Button kind="main" busy={busy} onClick={() => void enter(role)}>
            Continue as {role}
          </Button>
        )}
        <Problem of={problem} />
      </Card>
      <Card title="With a token">
        <PastedToken role={role} put={put} />
      </Card>
    </div>
  );
};

/** Shown on a page whose role the user does not have yet. */
export const SignIn = (props: SignInProps) => (
  <Page title={`Sign in as ${props.role}`} lead={ROLE_LEADS[props.role]}>
    <Ways {...props} />
    <p class="small muted">The API decides what each role may do; this page does not.</p>
  </Page>
);

/** Shown above a page whose token has ended. The page stays as it is, with everything typed into it. */
export const SignInAgain = ({ leave, ...props }: SignInProps & Readonly<{ leave: () => void }>) => (
  <Dialog label={`Sign in again as ${props.role}`}>
    <h2>Sign in again as {props.role}</h2>
    <p class="muted">The token has ended. What you have typed is kept: sign in, then send it again.</p>
    <Ways {...props} />
    <div class="actions">
      <Button onClick={leave}>Sign out</Button>
    </div>
  </Dialog>
);
