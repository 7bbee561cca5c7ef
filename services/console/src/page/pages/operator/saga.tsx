import { textOf } from '../../lib/text';
import type { Call, Saga, Step } from '../../lib/api-types';
import { useLoad } from '../../lib/hooks';
import { linkTo } from '../../lib/route';
import { dateTimeOf, duration } from '../../lib/time';
import { sagaName } from '../../lib/in-words';
import type { PageProps } from '../../page-props';
import { Badge, Card, Empty, Facts, Page, State, Table } from '../../parts/basics';
import { ActionButton } from '../../parts/forms';
import { WhenLoaded } from '../../parts/loaded';
import { SagaDrawing } from '../../parts/saga-drawing';

const RUNNING_REFRESH_MS = 700;
const ENDED_REFRESH_MS = 15_000;

/** The steps that an operator may decide about: those being retried. The saga ignores a decision about any other. */
const inProgress = (steps: readonly Step[]): readonly Call[] =>
  steps
    .flatMap(({ compensation, ...call }) => [call, ...(compensation ? [compensation] : [])])
    .filter(({ state }) => state === 'running');

const Decisions = ({
  api,
  id,
  of,
  onDone,
}: Pick<PageProps, 'api'> & { id: string; of: readonly Call[]; onDone: () => void }) => {
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
              confirmation="Abort the saga? No further step is compensated."
              submit={decide('abort', step)}
              onDone={onDone}
            />
          </div>
        </div>
      ))}
    </Card>
  );
};

const Row = ({ of, isCompensation }: { of: Call; isCompensation?: boolean }) => (
  <tr>
    <td>
      {isCompensation ? '↩ ' : ''}
      <code>{of.step}</code>
    </td>
    <td>{of.summary}</td>
    <td>
      <State of={of.state} />
    </td>
    <td>{of.attempts === 0 ? '–' : of.attempts}</td>
    <td>{of.note ?? ''}</td>
  </tr>
);

const Steps = ({ of }: { of: readonly Step[] }) => (
  <Card title="Steps in detail">
    <Table
      caption="Steps and their compensations"
      head={['Step', 'Description', 'State', 'Attempts', 'Note']}
    >
      {of.flatMap(({ compensation, ...call }) => [
        <Row key={call.step} of={call} />,
        ...(compensation && compensation.state !== 'pending'
          ? [<Row key={compensation.step} of={compensation} isCompensation />]
          : []),
      ])}
    </Table>
  </Card>
);

/** Hides Temporal's internal attributes. */
const INTERNAL = /^(Build|Temporal)/;

const Attributes = ({ of: { status, startedAt, endedAt, attributes } }: { of: Saga }) => (
  <Card title="Details">
    <Facts
      of={[
        ['Workflow', status],
        ['Started', dateTimeOf(startedAt)],
        [
          'Duration',
          endedAt === undefined ? 'still running' : duration(Date.parse(endedAt) - Date.parse(startedAt)),
        ],
        ...Object.entries(attributes)
          .filter(([name]) => !INTERNAL.test(name))
          .map(([name, value]) => [name, textOf(value)] as const),
      ]}
    />
  </Card>
);

const Status = ({ of: { status, attributes, link } }: { of: Saga }) => (
  <>
    {attributes['NeedsAttention'] === true && <Badge tone="bad">Needs attention</Badge>}
    <State of={textOf(attributes['sagaState'] ?? status)} />
    {typeof attributes['correlationId'] === 'string' && (
      <a class="button" href={linkTo(['operator', 'stories', attributes['correlationId']])}>
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

const Progress = ({ api, of, onDone }: Pick<PageProps, 'api'> & { of: Saga; onDone: () => void }) => {
  const { sagaId, status, steps } = of;
  if (steps === undefined)
    return (
      <Card>
        <Empty>No worker responds, so the steps are unknown.</Empty>
      </Card>
    );
  const open = status === 'running' ? inProgress(steps) : [];
  return (
    <>
      <Card title="Steps and compensations">
        <SagaDrawing steps={steps} />
      </Card>
      {open.length > 0 && <Decisions api={api} id={sagaId} of={open} onDone={onDone} />}
      <Steps of={steps} />
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
        <WhenLoaded of={saga}>
          {(data) => (
            <>
              <Progress api={api} of={data} onDone={saga.reload} />
              <Attributes of={data} />
            </>
          )}
        </WhenLoaded>
      </div>
    </Page>
  );
};
