import type { Api } from '../lib/api';
import { ActionForm, Field } from './forms';

/** Forms for a customer; `onDone` reloads the data. */
type FormProps = Readonly<{ api: Api; customerId: string; onDone: () => void }>;

const at = (customerId: string): string => `/api/customers/${encodeURIComponent(customerId)}`;

/** Changes the number in all services or in none, by orchestration or by choreography. */
export const ChangeNumber = ({ api, customerId, onDone }: FormProps) => (
  <ActionForm
    label="Change the number"
    done="Changed in all services."
    onDone={onDone}
    submit={({ newMobileNumber, style }, key) =>
      api.changeBySaga('POST', `${at(customerId)}/mobile-number`, key, { newMobileNumber, style })
    }
  >
    <Field
      label="New mobile number"
      name="newMobileNumber"
      required
      type="tel"
      hint="International, such as +40 712 345 678, or national"
      autoComplete="off"
    />
    <fieldset>
      <legend>Coordinated by</legend>
      <label class="tick">
        <input type="radio" name="style" value="orchestration" defaultChecked />
        <span>Orchestration: one saga calls each service</span>
      </label>
      <label class="tick">
        <input type="radio" name="style" value="choreography" />
        <span>Choreography: each service reacts to events</span>
      </label>
    </fieldset>
  </ActionForm>
);

export const Rename = ({ api, customerId, onDone }: FormProps) => (
  <ActionForm
    label="Save"
    done="Saved."
    onDone={onDone}
    submit={({ name, email }, key) =>
      api.change('PATCH', at(customerId), key, { ...(name && { name }), ...(email && { email }) })
    }
  >
    <Field label="Name" name="name" autoComplete="off" hint="1 to 100 characters" />
    <Field label="E-mail" name="email" inputMode="email" autoComplete="off" />
  </ActionForm>
);

/** Closes what the customer has and ends the relationship, or lists all reasons why it cannot end yet. */
export const Leave = ({ api, customerId, onDone }: FormProps) => (
  <ActionForm
    label="Leave the bank"
    kind="danger"
    done="You have left. Thank you for your time with us."
    onDone={onDone}
    submit={(_values, key) => api.changeBySaga('DELETE', at(customerId), key, {})}
  >
    <label class="tick">
      <input type="checkbox" required />
      <span>I have no money, debt, open card or order here, and want to leave</span>
    </label>
  </ActionForm>
);

const forced = ({ force, reason }: Readonly<Record<string, string>>): object =>
  force === undefined ? {} : { force: true, reason };

/** The same by a teller, who may force it with a reason, and may have the personal data erased. */
export const Departure = ({ api, customerId, onDone, forget }: FormProps & { forget: boolean }) => (
  <ActionForm
    label={forget ? 'Forget' : 'Deactivate'}
    kind="danger"
    done={forget ? 'Forgotten.' : 'Deactivated.'}
    onDone={onDone}
    submit={(values, key) =>
      forget
        ? api.changeBySaga('POST', `${at(customerId)}/forget`, key, forced(values))
        : api.changeBySaga('DELETE', at(customerId), key, forced(values))
    }
  >
    <label class="tick">
      <input type="checkbox" name="force" value="force" />
      <span>Pay out the balance and block open cards</span>
    </label>
    <Field
      label="Reason, if so"
      name="reason"
      minLength={3}
      maxLength={500}
      autoComplete="off"
      hint="Stored in the audit log"
    />
  </ActionForm>
);
