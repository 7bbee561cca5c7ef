import { typedIn } from '../../lib/text';
import { useState } from 'preact/hooks';
import type { Person, Summary } from '../../lib/api-types';
import { useLoad } from '../../lib/hooks';
import { sectionNames, summaryBy, wayNames, ways, type SectionName, type Way } from '../../lib/compose';
import { asProblem, type ApiProblem } from '../../lib/problem';
import { linkTo } from '../../lib/route';
import { goTo } from '../../lib/use-route';
import { percentile } from '@bankside/std';
import { duration } from '../../lib/time';
import { inWords } from '../../lib/in-words';
import type { PageProps } from '../../page-props';
import { Card, Page, Problem, State, toneOf } from '../../parts/basics';
import { InlineForm } from '../../parts/loaded';
import { Button, Field } from '../../parts/forms';
import { Thing } from '../../parts/thing';
import { findCustomers } from '../../lib/find-customers';

type Outcome = Readonly<{ summary?: Summary; problem?: ApiProblem; hereMs: readonly number[] }>;
type Outcomes = Readonly<Partial<Record<Way, Outcome>>>;

const REPEATS = 10;

const DESCRIPTIONS: Readonly<Record<Way, string>> = {
  view: 'One read of a document that events keep up to date.',
  gateway: 'The gateway calls five owners concurrently.',
  composer: 'A separate service calls them, so that it scales on its own.',
  client: 'This page calls the public API for each section.',
};

type BarProps = Readonly<{ name: string; ms: number; longestMs: number; status: string }>;

/** All bars share one scale, so that they are comparable. */
const Bar = ({ name, ms, longestMs, status }: BarProps) => (
  <li class="bar">
    <span class="small">{name}</span>
    <span class={`bar-track ${toneOf(status)}`} aria-hidden="true">
      <span class="bar-fill" style={{ width: `${Math.max(1, (ms / longestMs) * 100)}%` }} />
    </span>
    <span class="small right">{duration(ms)}</span>
    {status !== 'ok' && (
      <span class="bar-state">
        <State of={status} />
      </span>
    )}
  </li>
);

const Composition = ({ way, of, longestMs }: { way: Way; of: Outcome | undefined; longestMs: number }) => (
  <Card title={wayNames[way]}>
    <p class="small muted">{DESCRIPTIONS[way]}</p>
    <Problem of={of?.problem} />
    {of?.summary === undefined ? null : (
      <>
        <p>
          <span class="big">{duration(percentile(of.hereMs, 0.5) || 0)}</span>{' '}
          <span class="small muted">
            {of.hereMs.length > 1 ? `median of ${of.hereMs.length}, measured here` : 'measured here'}
          </span>
        </p>
        <ul class="bars">
          <Bar name="Total" ms={of.summary.tookMs} longestMs={longestMs} status="ok" />
          {sectionNames.map((name) => {
            const { tookMs, status } = of.summary![name];
            return <Bar key={name} name={inWords(name)} ms={tookMs} longestMs={longestMs} status={status} />;
          })}
        </ul>
      </>
    )}
  </Card>
);

const timesOf = ({ summary }: Outcome): readonly number[] =>
  summary === undefined
    ? []
    : [summary.tookMs, ...sectionNames.map((name: SectionName) => summary[name].tookMs)];

const pageOf = (customerId: string): string => linkTo(['operator', 'compose', customerId]);

/** Chooses a customer by name or mobile number, from all who have it. */
const CustomerForm = ({ api }: Pick<PageProps, 'api'>) => {
  const [found, setFound] = useState<readonly Person[] | undefined>();
  const [problem, setProblem] = useState<ApiProblem | undefined>();
  const find = async (text: string): Promise<void> => {
    setProblem(undefined);
    const customers = await findCustomers(api, text);
    setFound(customers);
    if (customers.length === 1) goTo(pageOf(customers[0]!.customerId));
  };
  return (
    <>
      <InlineForm
        send={(form) =>
          void find(typedIn(form, 'who')).catch((error: unknown) => setProblem(asProblem(error)))
        }
      >
        <Field label="Customer: name or mobile number" name="who" required autoComplete="off" />
        <Button type="submit" kind="main">
          Choose
        </Button>
        <div role="status" class="muted unless-empty">
          {found?.length === 0 && 'No customer has this name or number.'}
        </div>
        <Problem of={problem} />
      </InlineForm>
      {found !== undefined && found.length > 1 && (
        <ul class="rows">
          {found.map(({ customerId, name, mobileNumber }) => (
            <li key={customerId}>
              <a href={pageOf(customerId)}>{name ?? 'Forgotten customer'}</a>
              <span class="muted">{mobileNumber}</span>
            </li>
          ))}
        </ul>
      )}
    </>
  );
};

export const Compose = ({ api, params: { id } }: PageProps) => {
  const [outcomes, setOutcomes] = useState<Outcomes>({});
  const [busy, setBusy] = useState(false);

  const once = async (way: Way, customerId: string): Promise<void> => {
    const startedAt = performance.now();
    const result = await summaryBy(api, way, customerId).then(
      (summary) => ({ summary, tookMs: performance.now() - startedAt }),
      (error: unknown) => ({ problem: asProblem(error), tookMs: undefined }),
    );
    setOutcomes((before) => {
      const hereMs = [
        ...(before[way]?.hereMs ?? []),
        ...(result.tookMs === undefined ? [] : [result.tookMs]),
      ];
      return { ...before, [way]: { ...result, hereMs } };
    });
  };

  /** In sequence, so that none slows another down. */
  const run = async (times: number): Promise<void> => {
    if (id === undefined) return;
    setBusy(true);
    setOutcomes({});
    for (let turn = 0; turn < times; turn += 1) for (const way of ways) await once(way, id);
    setBusy(false);
  };

  const customer = useLoad(
    async () => (id === undefined ? undefined : api.get<Person>(`/api/customers/${encodeURIComponent(id)}`)),
    [id],
  );
  const longestMs = Math.max(1, ...Object.values(outcomes).flatMap(timesOf));
  return (
    <Page
      title="Compositions"
      lead="The same summary composed in four places: ahead of time in a view, or on demand in the gateway, in a service or in this browser."
    >
      <Card
        title={
          id !== undefined && (
            <>
              Summary of{' '}
              <Thing kind="customer" id={id} role="teller">
                {customer.data?.name ?? 'this customer'}
              </Thing>
            </>
          )
        }
        aside={<span class="small muted">{customer.data?.mobileNumber}</span>}
      >
        <CustomerForm key={id} api={api} />
        <Problem of={customer.problem} retry={customer.reload} />
        {id !== undefined && (
          <div class="actions">
            <Button kind="main" busy={busy} onClick={() => void run(1)}>
              Compose with all four
            </Button>
            <Button busy={busy} onClick={() => void run(REPEATS)}>
              Compose {REPEATS} times
            </Button>
            <a class="button" href="#/operator/faults">
              Slow a service down
            </a>
          </div>
        )}
      </Card>
      {id !== undefined && (
        <div class="grid four">
          {ways.map((way) => (
            <Composition key={way} way={way} of={outcomes[way]} longestMs={longestMs} />
          ))}
        </div>
      )}
    </Page>
  );
};
