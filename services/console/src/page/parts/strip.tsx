import type { ResponseOf } from '../lib/api-types';
import type { Api } from '../lib/api';
import { faultInWords } from '../lib/faults';
import { useLoad } from '../lib/hooks';
import type { Role } from '../lib/roles';
import { linkTo } from '../lib/route';

const REFRESH_MS = 3_000;

type Status = ResponseOf<'getStatus'>;
type Tone = 'ok' | 'warn' | 'bad' | 'quiet';

const Item = ({ tone, text, to }: { tone: Tone; text: string; to?: string | undefined }) => (
  <li class={tone}>{to === undefined ? <span>{text}</span> : <a href={to}>{text}</a>}</li>
);

const NeedsPerson = ({ count }: { count: number | undefined }) => {
  const to = linkTo(['operator', 'attention']);
  if (count === undefined) return <Item tone="warn" text="Needs a person: unknown" to={to} />;
  return <Item tone={count === 0 ? 'ok' : 'bad'} text={`Needs a person: ${count}`} to={to} />;
};

const Money = ({ balanced, to }: { balanced: boolean | undefined; to: string | undefined }) => {
  if (balanced === undefined) return <Item tone="warn" text="Money in balance: unknown" to={to} />;
  return balanced ? (
    <Item tone="ok" text="Money in balance" to={to} />
  ) : (
    <Item tone="bad" text="Money out of balance" to={to} />
  );
};

const Faults = ({ of, to }: { of: Status['faults']; to: string | undefined }) => {
  if (of.length === 0) return <Item tone="ok" text="No faults on" to={to} />;
  const alike = new Map<string, readonly string[]>();
  for (const { service, faults } of of) {
    const words = faultInWords(faults);
    alike.set(words, [...(alike.get(words) ?? []), service]);
  }
  const words = [...alike].map(([text, services]) =>
    services.length === 1 ? `${services[0]} ${text}` : `${text}: ${services.join(', ')}`,
  );
  return <Item tone="warn" text={`Faults on: ${words.join('; ')}`} to={to} />;
};

/** The state of the system, on every page. Its links lead to where the role can do something about it. */
const Shown = ({ of, role }: { of: Status; role: Role }) => {
  const operator = role === 'operator';
  return (
    <ul>
      {operator && <NeedsPerson count={of.needsPerson} />}
      <Money balanced={of.balanced} to={operator ? linkTo(['operator', 'journal']) : undefined} />
      <Faults of={of.faults} to={operator ? linkTo(['operator', 'faults']) : undefined} />
      {of.unavailable.length > 0 && (
        <Item
          tone="bad"
          text={`Not responding: ${of.unavailable.join(', ')}`}
          to={operator ? linkTo(['operator']) : undefined}
        />
      )}
    </ul>
  );
};

export const Strip = ({ api, role }: { api: Api; role: Role }) => {
  const status = useLoad(() => api.get<Status>('/api/status'), [role], REFRESH_MS);
  return (
    <aside class="strip" aria-label="Status of the system">
      {status.data !== undefined && status.problem === undefined ? (
        <Shown of={status.data} role={role} />
      ) : (
        <ul>
          <Item
            tone={status.problem === undefined ? 'quiet' : 'warn'}
            text={
              status.problem === undefined ? 'Reading the status…' : 'The status of the system is unknown.'
            }
          />
        </ul>
      )}
    </aside>
  );
};
