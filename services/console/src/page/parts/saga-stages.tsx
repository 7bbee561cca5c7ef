import type { Call, Step } from '../lib/api-types';
import { reasonInWords } from '../lib/in-words';
import { lengthOf, stagesOf, type StageOfSaga } from '../lib/saga-stages';
import { dateTimeOf, duration, timeOf } from '../lib/time';
import { State } from './basics';

const NO_RETURN = 'Point of no return: once this step is done, the saga completes';

/** The next retry of a step, if it is being retried. */
const Retry = ({ of: { retry } }: { of: Call }) =>
  retry === undefined ? null : (
    <>
      <span class="small">
        {retry.since !== undefined && `Retried since ${dateTimeOf(retry.since)}. `}
        {retry.nextAt !== undefined && `Next try at ${timeOf(retry.nextAt)}.`}
      </span>
      {retry.cause !== undefined && <code class="small">{retry.cause}</code>}
    </>
  );

const figuresOf = (call: Call, sagaStartedAt: number): string => {
  const { service, startedAt, attempts } = call;
  const length = lengthOf(call);
  return [
    service,
    startedAt && `after ${duration(Math.max(0, Date.parse(startedAt) - sagaStartedAt))}`,
    length !== undefined && `took ${duration(length)}`,
    attempts > 1 && `${attempts} attempts`,
  ]
    .filter(Boolean)
    .join(' · ');
};

const CallBox = ({
  of,
  sagaStartedAt,
  compensation,
}: {
  of: Call;
  sagaStartedAt: number;
  compensation?: boolean;
}) => (
  <li class={`call ${of.state} ${compensation ? 'compensation' : ''}`}>
    <span class="call-head">
      <strong>
        {compensation && <span aria-hidden="true">↩ </span>}
        {of.step}
      </strong>
      <State of={of.state} />
    </span>
    <span class="small">{of.summary}</span>
    <span class="small muted">{figuresOf(of, sagaStartedAt)}</span>
    {of.note !== undefined && <span class="small">{reasonInWords(of.note)}</span>}
    <Retry of={of} />
  </li>
);

const Stage = ({ of, sagaStartedAt }: { of: StageOfSaga; sagaStartedAt: number }) => (
  <li>
    {of.kind === 'pivot' && <p class="no-return">{NO_RETURN}</p>}
    <div class="stage">
      <ul class="beside" aria-label={of.steps.length > 1 ? 'Steps side by side' : 'Step'}>
        {of.steps.map((step) => (
          <CallBox key={step.step} of={step} sagaStartedAt={sagaStartedAt} />
        ))}
      </ul>
      {of.compensations.length > 0 && (
        <ul class="beside" aria-label="Undone by">
          {of.compensations.map((step) => (
            <CallBox key={step.step} of={step} sagaStartedAt={sagaStartedAt} compensation />
          ))}
        </ul>
      )}
    </div>
  </li>
);

/** The stages of a saga from top to bottom; compensations stand beside the steps that they undo. */
export const SagaStages = ({ steps, startedAt }: { steps: readonly Step[]; startedAt: string }) => (
  <ol class="stages" aria-label="Stages of the saga">
    {stagesOf(steps).map((stage) => (
      <Stage key={stage.stage} of={stage} sagaStartedAt={Date.parse(startedAt)} />
    ))}
  </ol>
);
