import type { Api } from '../lib/api';
import type { AttentionItem } from '../lib/api-types';
import { sagaName } from '../lib/in-words';
import { linkTo } from '../lib/route';
import { dateTimeOf } from '../lib/time';
import { Badge, Card, Facts } from './basics';
import { ActionForm, Field } from './forms';
import { Thing } from './thing';

const role = 'operator';

const placeOf = ({ kind, sagaId = '', service = '', consumer }: AttentionItem): string => {
  switch (kind) {
    case 'saga':
    case 'refund':
      return linkTo([role, 'sagas', sagaId]);
    case 'dead-letter':
      return linkTo([role, 'dead-letters'], { service, consumer });
    case 'consumer':
      return linkTo([role, service === 'projection' ? 'views' : 'consumers']);
  }
};

const TONES = { open: 'bad', recovered: 'warn', resolved: 'ok' } as const;

const factsOf = (item: AttentionItem) => [
  ['Since', dateTimeOf(item.since)] as const,
  ...(item.saga === undefined ? [] : [['Saga', sagaName(item.saga)] as const]),
  ...(item.orderId === undefined
    ? []
    : [['Order', <Thing kind="order" id={item.orderId} role={role} />] as const]),
  ...(item.customerId === undefined
    ? []
    : [['Customer', <Thing kind="customer" id={item.customerId} role={role} />] as const]),
  ...(item.service === undefined ? [] : [['Service', item.service] as const]),
  ...(item.stream === undefined ? [] : [['Stream', item.stream] as const]),
  ...(item.recoveredAt === undefined ? [] : [['Recovered', dateTimeOf(item.recoveredAt)] as const]),
  ...(item.resolvedAt === undefined ? [] : [['Resolved', dateTimeOf(item.resolvedAt)] as const]),
  ...(item.resolvedBy === undefined ? [] : [['By', item.resolvedBy] as const]),
  ...(item.reason === undefined ? [] : [['Reason', item.reason] as const]),
];

const WHAT_FINISHING_DOES = {
  undo: 'Undoes whatever the saga left: nothing had been decided yet.',
  complete:
    'Asks the step that decides again, and completes the saga, or undoes it if that step is rejected.',
} as const;

const FinishForm = ({
  api,
  sagaId,
  mode,
  onDone,
}: {
  api: Api;
  sagaId: string;
  mode: NonNullable<AttentionItem['finish']>;
  onDone: () => void;
}) => (
  <ActionForm
    inline
    label="Finish by hand"
    done="It is being finished."
    submit={({ reason }, key) =>
      api.change('POST', `/api/sagas/${encodeURIComponent(sagaId)}/finish`, key, { reason })
    }
    onDone={onDone}
  >
    <Field
      label="Reason for finishing it by hand"
      hint={WHAT_FINISHING_DOES[mode]}
      name="reason"
      required
      minLength={3}
      maxLength={500}
      autoComplete="off"
    />
  </ActionForm>
);

/** One item with what an operator can do about it. */
export const AttentionCard = ({ api, of, onDone }: { api: Api; of: AttentionItem; onDone: () => void }) => (
  <Card
    title={<a href={placeOf(of)}>{of.title}</a>}
    aside={
      <>
        <Badge>{of.cause}</Badge> <Badge tone={TONES[of.state]}>{of.state}</Badge>
      </>
    }
  >
    <Facts of={factsOf(of)} />
    {of.kind === 'refund' && of.state !== 'resolved' && (
      <p class="small muted">
        A teller pays it out in cash on the page of the order; then resolve this entry.
      </p>
    )}
    {of.state !== 'resolved' && of.sagaId !== undefined && of.finish !== undefined && (
      <FinishForm api={api} sagaId={of.sagaId} mode={of.finish} onDone={onDone} />
    )}
    {of.state !== 'resolved' && (
      <ActionForm
        inline
        kind="plain"
        label="Resolve"
        submit={({ reason }, key) =>
          api.change('POST', `/api/attention/${of.attentionId}/resolve`, key, { reason })
        }
        onDone={onDone}
      >
        <Field
          label="Reason for resolving it"
          hint="Changes nothing but this entry."
          name="reason"
          required
          minLength={3}
          maxLength={500}
          autoComplete="off"
        />
      </ActionForm>
    )}
  </Card>
);
