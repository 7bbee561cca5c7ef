import { textOf } from '../lib/text';
import type { ComponentChildren, InputHTMLAttributes, TargetedEvent, TargetedSubmitEvent } from 'preact';
import { useId, useState } from 'preact/hooks';
import { useAction } from '../lib/hooks';
import { Problem } from './basics';

type InputProps = InputHTMLAttributes<HTMLInputElement>;

export const Field = ({ label, hint, ...input }: InputProps & { label: string; hint?: string }) => {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input id={id} {...input} {...(hint !== undefined && { 'aria-describedby': `${id}-hint` })} />
      {hint !== undefined && (
        <span id={`${id}-hint`} class="small muted">
          {hint}
        </span>
      )}
    </div>
  );
};

export const Money = ({ label = 'Amount', name = 'amount' }: { label?: string; name?: string }) => (
  <Field
    label={label}
    name={name}
    required
    inputMode="decimal"
    autoComplete="off"
    placeholder="0.00"
    pattern="[0-9]{1,8}([.,][0-9]{1,2})?"
    title="An amount such as 12.50"
  />
);

export const Choice = ({
  label,
  options,
  ...select
}: {
  label: string;
  name?: string;
  value?: string;
  onChange?: (event: TargetedEvent<HTMLSelectElement>) => void;
  options: readonly (readonly [value: string, text: string])[];
}) => {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <select id={id} {...select}>
        {options.map(([value, text]) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
      </select>
    </div>
  );
};

export const Button = ({
  busy,
  kind = 'plain',
  children,
  ...rest
}: {
  busy?: boolean;
  kind?: 'plain' | 'main' | 'danger' | 'quiet';
  children: ComponentChildren;
  type?: 'button' | 'submit';
  onClick?: () => void;
  disabled?: boolean;
  title?: string;
  'aria-pressed'?: boolean;
}) => (
  <button type="button" {...rest} class={`button ${kind}`} disabled={busy || rest.disabled} aria-busy={busy}>
    {children}
  </button>
);

const valuesOf = (form: HTMLFormElement): Readonly<Record<string, string>> =>
  Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, textOf(value).trim()]));

/** A form with one mutation, which keeps its key until the outcome is known. */
export const ActionForm = ({
  submit,
  label,
  kind = 'main',
  done,
  onDone,
  children,
  inline,
}: {
  /** The values of the request; equal values are the same request. */
  submit: (values: Readonly<Record<string, string>>, key: string) => Promise<unknown>;
  label: string;
  kind?: 'plain' | 'main' | 'danger';
  /** Shown after success. */
  done?: string;
  onDone?: () => void;
  children?: ComponentChildren;
  inline?: boolean;
}) => {
  const action = useAction();
  const [notice, setNotice] = useState<string | undefined>();
  const onSubmit = async (event: TargetedSubmitEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const form = event.currentTarget;
    const values = valuesOf(form);
    setNotice(undefined);
    if (!(await action.run(values, (key) => submit(values, key)))) return;
    form.reset();
    setNotice(done);
    onDone?.();
  };
  return (
    <form class={inline ? 'form inline' : 'form'} onSubmit={(event) => void onSubmit(event)}>
      {children}
      <Button type="submit" kind={kind} busy={action.busy}>
        {action.busy ? 'Working…' : label}
      </Button>
      <div role="status" class="notice">
        {notice}
      </div>
      <Problem of={action.problem} />
    </form>
  );
};

/** A button for one mutation. */
export const ActionButton = ({
  label,
  submit,
  onDone,
  kind = 'plain',
  confirmation,
}: {
  label: string;
  submit: (key: string) => Promise<unknown>;
  onDone?: () => void;
  kind?: 'plain' | 'main' | 'danger';
  /** Confirmation question before an irreversible mutation. */
  confirmation?: string;
}) => {
  const action = useAction();
  const onClick = async (): Promise<void> => {
    if (confirmation !== undefined && !confirm(confirmation)) return;
    if (await action.run({ label }, submit)) onDone?.();
  };
  return (
    <span class="action">
      <Button kind={kind} busy={action.busy} onClick={() => void onClick()}>
        {action.busy ? 'Working…' : label}
      </Button>
      <Problem of={action.problem} />
    </span>
  );
};
