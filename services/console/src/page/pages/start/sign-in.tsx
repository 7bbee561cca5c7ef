import { typedIn } from '../../lib/text';
import { useState } from 'preact/hooks';
import type { Api } from '../../lib/api';
import { asProblem, type ApiProblem } from '../../lib/problem';
import type { Role } from '../../lib/roles';
import { readToken, type SetSessions } from '../../lib/session';
import { developmentSession } from '../../lib/sign-in';
import { words } from '../../lib/words';
import { Card, Page, Problem } from '../../parts/basics';
import { Button, Field } from '../../parts/forms';
import { CustomerChoice } from './customer-choice';

const WHAT: Readonly<Record<Role, string>> = {
  customer: 'Sees what is theirs: accounts, cards, loans, orders and statement. Shops, and pays.',
  teller: 'Serves every customer: registers, opens accounts, cards and loans, takes and gives money.',
  operator: 'Runs the system: events, sagas, views, dead letters, faults.',
};

/** Accepts a bearer token of a trusted issuer. */
const PastedToken = ({ role, put }: { role: Role; put: SetSessions }) => {
  const [wrong, setWrong] = useState<string | undefined>();
  const take = (text: string): void => {
    const token = text.trim().replace(/^Bearer +/i, '');
    const { roles, customerId } = readToken(token);
    if (roles.length === 0) return setWrong('This is no token that names a role of the console.');
    if (!roles.includes(role)) return setWrong(`This token is for ${roles.join(' and ')}, not for ${role}.`);
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
        hint="A signed JWT of the issuer that the gateway believes. It stays in this tab."
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

/** Shown on a page whose role the user does not have yet. */
export const SignIn = ({ role, teller, put }: { role: Role; teller: Api; put: SetSessions }) => {
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
    <Page title={`Enter as ${role}`} lead={WHAT[role]}>
      <div class="grid two">
        <Card title="For development">
          <p class="muted">A token of the gateway’s own issuer. Production has none.</p>
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
      <p class="small muted">{words(role)}s reach only what the API lets them: this page decides nothing.</p>
    </Page>
  );
};
