import { textOf } from '../lib/text';
import {
  createContext,
  type ComponentChildren,
  type InputHTMLAttributes,
  type TargetedEvent,
  type TargetedSubmitEvent,
} from 'preact';
import { useContext, useEffect, useId, useRef, useState } from 'preact/hooks';
import { detailInWords, errorsByPart, isFieldOf } from '../lib/field-problems';
import { useAction } from '../lib/hooks';
import { money } from '../lib/money';
import { Problem } from './basics';

type InputProps = InputHTMLAttributes<HTMLInputElement>;

/** The errors of the surrounding form, by part of the request. */
const FormErrors = createContext<ReturnType<typeof errorsByPart>>(new Map());

/** The error of the API for a field, in words. */
const useFieldError = (part: string | undefined, currency?: string): string | undefined => {
  const errors = useContext(FormErrors);
  const [, error] = [...errors].find(([one]) => part !== undefined && isFieldOf(part, one)) ?? [];
  return error && detailInWords(error, currency);
};

type FrameProps = Readonly<{
  label: string;
  hint?: string | undefined;
  /** The part of the request that the field fills. */
  part: string | undefined;
  currency?: string | undefined;
  children: (input: Readonly<Record<string, unknown>>) => ComponentChildren;
}>;

/** A label, its input, and below it the error of the API and the hint. */
const Frame = ({ label, hint, part, currency, children }: FrameProps) => {
  const id = useId();
  const error = useFieldError(part, currency);
  const described = [hint !== undefined && `${id}-hint`, error !== undefined && `${id}-error`].filter(
    Boolean,
  );
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {children({
        id,
        'data-part': part,
        ...(error !== undefined && { 'aria-invalid': true }),
        ...(described.length > 0 && { 'aria-describedby': described.join(' ') }),
      })}
      {error !== undefined && (
        <span id={`${id}-error`} class="small field-error">
          {error}
        </span>
      )}
      {hint !== undefined && (
        <span id={`${id}-hint`} class="small muted">
          {hint}
        </span>
      )}
    </div>
  );
};

/** `part`: the part of the request that the field fills, by default its name. */
export const Field = ({
  label,
  hint,
  part,
  currency,
  ...input
}: InputProps & { label: string; hint?: string | undefined; part?: string; currency?: string }) => (
  <Frame
    label={label}
    hint={hint}
    currency={currency}
    part={part ?? (typeof input.name === 'string' ? input.name : undefined)}
  >
    {(framed) => <input {...input} {...framed} />}
  </Frame>
);

/** The symbol of a currency as it stands before amounts. */
const symbolOf = (currency: string): string => money(0, currency).replaceAll(/[\d.,\s]/g, '');

export const Money = ({
  label = 'Amount',
  name = 'amount',
  currency = 'EUR',
}: {
  label?: string;
  name?: string;
  currency?: string;
}) => (
  <Field
    label={`${label}, ${symbolOf(currency)}`}
    name={name}
    part="amountCents"
    currency={currency}
    required
    inputMode="decimal"
    autoComplete="off"
    placeholder={money(0, currency).replaceAll(/[^\d.]/g, '')}
    pattern="[0-9]{1,8}([.,][0-9]{1,4})?"
    title="An amount such as 12.50"
  />
);

/** The cash desk where money is paid in or out. */
export const CashDesk = () => (
  <Field
    label="Cash desk"
    name="cashDesk"
    defaultValue="main"
    required
    maxLength={32}
    pattern="[a-z0-9]+(-[a-z0-9]+)*"
    title="Lower-case letters and digits, with hyphens between them"
    autoComplete="off"
  />
);

export const Choice = ({
  label,
  hint,
  options,
  ...select
}: {
  label: string;
  hint?: string | undefined;
  name?: string;
  value?: string;
  onChange?: (event: TargetedEvent<HTMLSelectElement>) => void;
  options: readonly (readonly [value: string, text: string, isOff?: boolean])[];
}) => (
  <Frame label={label} hint={hint} part={select.name}>
    {(framed) => (
      <select {...select} {...framed}>
        {options.map(([value, text, isOff = false]) => (
          <option key={value} value={value} disabled={isOff}>
            {text}
          </option>
        ))}
      </select>
    )}
  </Frame>
);

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
  const form = useRef<HTMLFormElement>(null);
  const [shown, setShown] = useState<readonly string[]>([]);
  const errors = errorsByPart(action.problem?.body);
  useEffect(() => {
    const fields = [...(form.current?.elements ?? [])].map((one) => (one as HTMLElement).dataset['part']);
    setShown([...errors.keys()].filter((part) => fields.some((field) => field && isFieldOf(field, part))));
    form.current?.querySelector<HTMLElement>('[aria-invalid]')?.focus();
  }, [action.problem]);
  const onSubmit = async (event: TargetedSubmitEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const target = event.currentTarget;
    const values = valuesOf(target);
    setNotice(undefined);
    if (!(await action.run(values, (key) => submit(values, key)))) return;
    target.reset();
    setNotice(done);
    onDone?.();
  };
  return (
    <form ref={form} class={inline ? 'form inline' : 'form'} onSubmit={(event) => void onSubmit(event)}>
      <FormErrors.Provider value={errors}>{children}</FormErrors.Provider>
      <Button type="submit" kind={kind} busy={action.busy}>
        {action.busy ? 'Working…' : label}
      </Button>
      <div role="status" class="notice">
        {notice}
      </div>
      <Problem of={action.problem} shown={shown} />
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
