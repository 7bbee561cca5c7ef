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
      api.changeBySaga(`${at(customerId)}/mobile-number`, key, { newMobileNumber, style })
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
