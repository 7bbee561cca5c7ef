import type { SagaRecord } from '@bankside/saga/client';
import { defined } from '@bankside/std';
import type { Trouble } from './register';

const HOLD = 'hold-refund';

/** The refund of a return that no account or card could take, by the record of its saga. */
export const heldRefund = (record: SagaRecord): readonly Trouble[] => {
  const { sagaId, saga, endedAt, customerId, orderId, correlationId, steps } = record;
  if (!steps.some(({ step, state }) => step === HOLD && state === 'done')) return [];
  return [
    {
      key: `refund/${sagaId}`,
      kind: 'refund',
      cause: 'held',
      title: 'A refund is held until a teller pays it out',
      since: endedAt,
      about: { sagaId, saga, step: HOLD, ...defined({ customerId, orderId, correlationId }) },
    },
  ];
};
