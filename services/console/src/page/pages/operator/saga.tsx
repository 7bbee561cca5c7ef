import { textOf } from '../../lib/text';
import type { Call, ResponseOf, Saga } from '../../lib/api-types';
import { useLoad } from '../../lib/hooks';
import { inWords, sagaName } from '../../lib/in-words';
import { linkTo, withQuery } from '../../lib/route';
import { runningCalls } from '../../lib/saga-stages';
import { dateTimeOf, duration } from '../../lib/time';
import type { PageProps } from '../../page-props';
import { AttentionCard } from '../../parts/attention-items';
import { Badge, Card, Empty, Facts, Page, State, Table } from '../../parts/basics';
import { ActionButton } from '../../parts/forms';
import { WhenLoaded } from '../../parts/loaded';
import { SagaStages } from '../../parts/saga-stages';
import { Thing } from '../../parts/thing';

const RUNNING_REFRESH_MS = 700;
const ENDED_REFRESH_MS = 5_000;
const role = 'operator';

type ApiProps = Pick<PageProps, 'api'>;

const Decisions = ({
  api,
  id,
  of,
  onDone,
}: ApiProps & { id: string; of: readonly Call[]; onDone: () => void }) => {
  const decide = (what: string, step: string) => (key: string) =>
    api.change('POST', `/api/sagas/${encodeURIComponent(id)}/${what}`, key, { step });
  return (
    <Card title="Decide" aside={<Badge tone="warn">For a step that keeps failing</Badge>}>
      {of.map(({ step, summary, note }) => (
        <div class="stack" key={step}>
          <p>
            <strong>{step}</strong> {summary} {note !== undefined && <span class="muted">{note}</span>}
          </p>
          <div class="actions">
            <ActionButton label="Retry now" kind="main" submit={decide('retry', step)} onDone={onDone} />
            <ActionButton
              label="Skip"
              confirmation={`Skip ${step}? Only if its effect was made by hand.`}
              submit={decide('skip', step)}
              onDone={onDone}
            />
            <ActionButton
              label="Abort"
              kind="danger"
              confirmation="Abort the saga? It stops here, and you finish it by hand afterwards."
              submit={decide('abort', step)}
              onDone={onDone}
            />
          </div>
        </div>
      ))}
    </Card>
  );
};

const Taken = ({ of }: { of: NonNullable<Saga['decisions']> }) => (
  <Card title="Decisions">
    {of.length === 0 ? (
      <Empty>No operator has decided anything.</Empty>
    ) : (
      <Table caption="Decisions of operators, oldest first" head={['Time', 'Decision', 'Step', 'By']}>
        {of.map(({ action, step, by, at }) => (
          <tr key={`${at} ${action} ${step}`}>
            <td>{at === undefined ? '–' : dateTimeOf(at)}</td>
            <td>{inWords(action)}</td>
            <td>{step}</td>
            <td>{by}</td>
          </tr>
        ))}
      </Table>
    )}
  </Card>
);

/** What staff did about the saga, as the audit log has it. */
const OperatorsLog = ({ api, id }: ApiProps & { id: string }) => {
  const log = useLoad(
    () => api.get<ResponseOf<'listAuditLog'>>(withQuery('/api/audit-log', { sagaId: id, limit: 20 })),
    [id],
    ENDED_REFRESH_MS,
  );
  return (
    <Card title="Operators’ log" aside={<a href={linkTo([role, 'audit-log'])}>Audit log</a>}>
      <WhenLoaded of={log}>
        {({ entries }) =>
          entries.length === 0 ? (
            <Empty>No entries.</Empty>
          ) : (
            <Table
              caption="What staff did about this saga"
              head={['Time', 'Who', 'Action', 'Reason', 'Outcome']}
            >
              {entries.map((entry) => (
                <tr key={`${entry.at} ${entry.action} ${entry.subject}`}>
                  <td>{dateTimeOf(entry.at)}</td>
                  <td>{entry.subject}</td>
                  <td>{sagaName(entry.action)}</td>
                  <td>{entry.reason ?? '–'}</td>
                  <td>{entry.status === undefined ? 'unknown' : `${entry.status} ${entry.problem ?? ''}`}</td>
                </tr>
              ))}
            </Table>
          )
        }
      </WhenLoaded>
    </Card>
  );
};

/** The attention items of the saga, and how they were resolved. */
const Attention = ({ api, id, onDone }: ApiProps & { id: string; onDone: () => void }) => {
  const of = (state: string) =>
    api.get<ResponseOf<'listAttention'>>(withQuery('/api/attention', { sagaId: id, state }));
  const list = useLoad(
    async () => [...(await of('')).items, ...(await of('resolved')).items],
    [id],
    ENDED_REFRESH_MS,
  );
  return (
    <WhenLoaded of={list}>
      {(items) => (
        <>
          {items.map((item) => (
            <AttentionCard
              key={item.attentionId}
              api={api}
              of={item}
              onDone={() => {
                list.reload();
                onDone();
              }}
            />
          ))}
        </>
      )}
    </WhenLoaded>
  );
};

/** Search attributes that the page shows elsewhere, or that are Temporal's own. */
const ELSEWHERE = /^(Build|Temporal|customerId$|orderId$|sagaState$|NeedsAttention$|correlationId$)/;

const Attributes = ({ of: { status, startedAt, endedAt, attributes } }: { of: Saga }) => {
  const { customerId, orderId } = attributes;
  return (
    <Card title="Details">
      <Facts
        of={[
          ['Workflow', inWords(status)],
          ['Started', dateTimeOf(startedAt)],
          [
            'Duration',
            endedAt === undefined ? 'still running' : duration(Date.parse(endedAt) - Date.parse(startedAt)),
          ],
          ...(typeof customerId === 'string'
            ? [['Customer', <Thing kind="customer" id={customerId} role={role} />] as const]
            : []),
          ...(typeof orderId === 'string'
            ? [['Order', <Thing kind="order" id={orderId} role={role} />] as const]
            : []),
          ...Object.entries(attributes)
            .filter(([name]) => !ELSEWHERE.test(name))
            .map(([name, value]) => [inWords(name), textOf(value)] as const),
        ]}
      />
    </Card>
  );
};

const Status = ({ of: { status, attributes, link, finishing, recorded } }: { of: Saga }) => (
  <>
    {recorded && <Badge>From its record: Temporal no longer has it</Badge>}
    {finishing && <Badge tone="info">Finished by hand</Badge>}
    {attributes['NeedsAttention'] === true && <Badge tone="bad">Needs attention</Badge>}
    <State of={status === 'terminated' ? status : textOf(attributes['sagaState'] ?? status)} />
    {typeof attributes['correlationId'] === 'string' && (
      <a class="button" href={linkTo([role, 'stories', attributes['correlationId']])}>
        See its journey
      </a>
    )}
    {link !== undefined && (
      <a class="button" href={link}>
        Open in Temporal
      </a>
    )}
  </>
);

const Progress = ({ api, of, onDone }: ApiProps & { of: Saga; onDone: () => void }) => {
  const { sagaId, status, steps, startedAt } = of;
  if (steps === undefined)
    return (
      <Card>
        <Empty>No worker responds, so the steps are unknown.</Empty>
      </Card>
    );
  const open = status === 'running' ? runningCalls(steps) : [];
  return (
    <>
      <Card title="Stages">
        <SagaStages steps={steps} startedAt={startedAt} />
      </Card>
      {open.length > 0 && <Decisions api={api} id={sagaId} of={open} onDone={onDone} />}
    </>
  );
};

export const SagaPage = ({ api, params: { id = '' } }: PageProps) => {
  const load = (): Promise<Saga> => api.get<Saga>(`/api/sagas/${encodeURIComponent(id)}`);
  const saga = useLoad(load, [id], ({ status }) =>
    status === 'running' ? RUNNING_REFRESH_MS : ENDED_REFRESH_MS,
  );
  return (
    <Page
      title={saga.data === undefined ? 'Saga' : sagaName(saga.data.saga)}
      lead={<code>{id}</code>}
      aside={saga.data && <Status of={saga.data} />}
    >
      <div class="stack">
        <Attention api={api} id={id} onDone={saga.reload} />
        <WhenLoaded of={saga}>
          {(data) => (
            <>
              <Progress api={api} of={data} onDone={saga.reload} />
              {data.decisions !== undefined && <Taken of={data.decisions} />}
              <Attributes of={data} />
            </>
          )}
        </WhenLoaded>
        <OperatorsLog api={api} id={id} />
      </div>
    </Page>
  );
};
