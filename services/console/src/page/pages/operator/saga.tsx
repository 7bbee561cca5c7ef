import { textOf } from '../../lib/text';
import type { Call, Saga, Step } from '../../lib/answers';
import { useLoad } from '../../lib/hooks';
import { dateTimeOf, duration } from '../../lib/time';
import { sagaName } from '../../lib/words';
import type { PageProps } from '../../page-props';
import { Badge, Card, Empty, Facts, Page, State, Table } from '../../parts/basics';
import { ActionButton } from '../../parts/forms';
import { Shown } from '../../parts/loaded';
import { SagaDrawing } from '../../parts/saga-drawing';

const LIVELY_MS = 700;
const CALM_MS = 15_000;

/** The steps that an operator may decide about: those being retried. The saga ignores a decision about any other. */
const underWay = (steps: readonly Step[]): readonly Call[] =>
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
              sure={`Skip ${step}? Only if it was done by hand.`}
              submit={decide('skip', step)}
              onDone={onDone}
            />
            <ActionButton
              label="Abort"
              kind="danger"
              sure="Abort the saga where it stands? Nothing more is compensated."
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
  <Card title="In words">
    <Table caption="Steps and their compensations" head={['Step', 'What', 'State', 'Attempts', 'Note']}>
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
const OWN = /^(Build|Temporal)/;

const About = ({ of: { status, startedAt, endedAt, attributes } }: { of: Saga }) => (
  <Card title="About it">
    <Facts
      of={[
        ['Workflow', status],
        ['Started', dateTimeOf(startedAt)],
        [
          'Took',
          endedAt === undefined ? 'still going' : duration(Date.parse(endedAt) - Date.parse(startedAt)),
        ],
        ...Object.entries(attributes)
          .filter(([name]) => !OWN.test(name))
          .map(([name, value]) => [name, textOf(value)] as const),
      ]}
    />
  </Card>
);

const Standing = ({ of: { status, attributes, link } }: { of: Saga }) => (
  <>
    {attributes['NeedsAttention'] === true && <Badge tone="bad">Needs attention</Badge>}
    <State of={textOf(attributes['sagaState'] ?? status)} />
    {link !== undefined && (
      <a class="button" href={link}>
        Open in Temporal
      </a>
    )}
  </>
);

const Told = ({ api, of, onDone }: Pick<PageProps, 'api'> & { of: Saga; onDone: () => void }) => {
  const { sagaId, status, steps } = of;
  if (steps === undefined)
    return (
      <Card>
        <Empty>No worker answers for it now, so its steps are not known.</Empty>
      </Card>
    );
  const open = status === 'running' ? underWay(steps) : [];
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
  const saga = useLoad(load, [id], ({ status }) => (status === 'running' ? LIVELY_MS : CALM_MS));
  return (
    <Page
      title={saga.data === undefined ? 'Saga' : sagaName(saga.data.saga)}
      lead={<code>{id}</code>}
      aside={saga.data && <Standing of={saga.data} />}
    >
      <div class="stack">
        <Shown of={saga}>
          {(data) => (
            <>
              <Told api={api} of={data} onDone={saga.reload} />
              <About of={data} />
            </>
          )}
        </Shown>
      </div>
    </Page>
  );
};
