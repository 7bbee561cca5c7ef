import { sagaStates } from '@bankside/contracts/states';
import { textOf, typedIn } from '../../lib/text';
import type { ResponseOf } from '../../lib/api-types';
import { linkTo } from '../../lib/route';
import { dateTimeOf, duration } from '../../lib/time';
import { inWords, sagaName } from '../../lib/in-words';
import type { PageProps } from '../../page-props';
import { Badge, Card, Empty, Page, State, Table } from '../../parts/basics';
import { InlineForm, Pager, useFilters, WhenLoaded, useList } from '../../parts/loaded';
import { Button, Choice, Field } from '../../parts/forms';
import { Thing } from '../../parts/thing';

const REFRESH_MS = 2_000;
const ROWS = 20;

type Sagas = ResponseOf<'listSagas'>['sagas'];

/** The step at which a saga began to compensate, or the one that is running; none for a confirmed saga. */
const stepOf = (state: string, step: string | undefined, isStuck: boolean): string => {
  if (step === undefined || state === 'confirmed') return '–';
  if (isStuck) return `stuck at ${step}`;
  if (state === 'running') return `at ${step}`;
  return step === 'finish' ? 'undone by hand' : `compensated from ${step}`;
};

const InTemporal = ({ link, recorded }: Pick<Sagas[number], 'link' | 'recorded'>) => {
  if (recorded) return <>No longer kept</>;
  return link === undefined ? <>–</> : <a href={link}>Open</a>;
};

const Rows = ({ of }: { of: Sagas }) => (
  <Table
    caption="Sagas, newest first"
    head={['Saga', 'State', 'Where', 'Customer', 'Started', 'Duration', 'Temporal']}
  >
    {of.map(({ sagaId, saga, status, startedAt, endedAt, attributes, link, finishing, recorded }) => {
      const state = textOf(attributes['sagaState'] ?? status);
      const { step, customerId } = attributes;
      const needsAttention = attributes['NeedsAttention'] === true;
      return (
        <tr key={`${sagaId} ${startedAt}`}>
          <td>
            <a href={linkTo(['operator', 'sagas', sagaId])}>{sagaName(saga)}</a>
            <br />
            <code class="muted" title={sagaId}>
              {sagaId.slice(0, 18)}…
            </code>
          </td>
          <td>
            <State of={status === 'terminated' ? status : state} />{' '}
            {needsAttention && <Badge tone="bad">Needs attention</Badge>}{' '}
            {finishing && <Badge tone="info">By hand</Badge>}
          </td>
          <td>
            {stepOf(
              state,
              typeof step === 'string' ? step : undefined,
              needsAttention && status === 'running',
            )}
          </td>
          <td>
            {typeof customerId === 'string' ? <Thing kind="customer" id={customerId} role="operator" /> : '–'}
          </td>
          <td>{dateTimeOf(startedAt)}</td>
          <td>{endedAt === undefined ? '–' : duration(Date.parse(endedAt) - Date.parse(startedAt))}</td>
          <td>
            <InTemporal link={link} recorded={recorded} />
          </td>
        </tr>
      );
    })}
  </Table>
);

/** What a field for a local date and time holds, as an instant. */
const instantOf = (local: string): string => (local === '' ? '' : new Date(local).toISOString());

/** The instant as such a field shows it. */
const localOf = (instant: string): string => {
  if (instant === '') return '';
  const at = new Date(instant);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
};

const all = (names: readonly string[]) =>
  [['', 'All'] as const, ...names.map((name) => [name, inWords(name)] as const)] as const;

const NAMES = ['saga', 'state', 'attention', 'customerId', 'from', 'to'] as const;

export const Sagas = ({ api, query }: PageProps) => {
  const { filters, show } = useFilters(query, NAMES);
  const { list, pages } = useList<ResponseOf<'listSagas'>>(
    { api, query },
    '/api/sagas',
    { limit: ROWS, ...filters },
    REFRESH_MS,
  );
  return (
    <Page
      title="Sagas"
      lead="Orders, payments and other changes that involve several services. Filters stay in the address."
    >
      <Card>
        <InlineForm
          key={JSON.stringify(filters)}
          send={(form) =>
            show({
              customerId: typedIn(form, 'customerId'),
              from: instantOf(typedIn(form, 'from')),
              to: instantOf(typedIn(form, 'to')),
            })
          }
        >
          <Choice
            label="Kind"
            value={filters.saga}
            onChange={({ currentTarget }) => show({ saga: currentTarget.value })}
            options={all(list.data?.kinds ?? (filters.saga === '' ? [] : [filters.saga]))}
          />
          <Choice
            label="Outcome"
            value={filters.state}
            onChange={({ currentTarget }) => show({ state: currentTarget.value })}
            options={all(sagaStates)}
          />
          <Choice
            label="Attention"
            value={filters.attention}
            onChange={({ currentTarget }) => show({ attention: currentTarget.value })}
            options={[
              ['', 'All'],
              ['true', 'Needs a person'],
              ['false', 'Needs no person'],
            ]}
          />
          <Field label="Customer" name="customerId" defaultValue={filters.customerId} autoComplete="off" />
          <Field label="From" name="from" type="datetime-local" defaultValue={localOf(filters.from)} />
          <Field label="To" name="to" type="datetime-local" defaultValue={localOf(filters.to)} />
          <Button type="submit">Filter</Button>
        </InlineForm>
      </Card>
      <Card>
        <WhenLoaded of={list}>
          {({ sagas, complete }) => (
            <>
              {!complete && (
                <p role="status">
                  <Badge tone="warn">Incomplete</Badge> The worker does not respond, so sagas that Temporal no
                  longer keeps are missing.
                </p>
              )}
              {sagas.length === 0 ? <Empty>No sagas.</Empty> : <Rows of={sagas} />}
            </>
          )}
        </WhenLoaded>
        <Pager of={pages} next={list.data?.next} />
      </Card>
    </Page>
  );
};
