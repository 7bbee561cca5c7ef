import { assertNever, type Aggregate } from '@bankside/kernel';

// Stored for ever under these names. What a service with copies has said of one choreographed change: a stream for each.
type Change = Readonly<{ customerId: string; changeId: string }>;
type Reasoned = Change & Readonly<{ reason: string }>;

export type NumberChangeEvent =
  | Readonly<{ type: 'NumberChangeAcknowledged'; data: Change }>
  | Readonly<{ type: 'NumberChangeRefused' | 'NumberChangeRolledBack'; data: Reasoned }>;

export type NumberChangeCommand =
  | Readonly<{ type: 'AcknowledgeNumberChange'; data: Change }>
  | Readonly<{ type: 'RefuseNumberChange' | 'RollBackNumberChange'; data: Reasoned }>;

export type NumberChange = Readonly<{ status: 'unknown' | 'acknowledged' | 'refused' | 'rolled-back' }>;

const decide = (command: NumberChangeCommand, { status }: NumberChange): readonly NumberChangeEvent[] => {
  switch (command.type) {
    case 'AcknowledgeNumberChange':
      return status === 'unknown' ? [{ type: 'NumberChangeAcknowledged', data: command.data }] : [];
    case 'RefuseNumberChange':
      return status === 'unknown' ? [{ type: 'NumberChangeRefused', data: command.data }] : [];
    case 'RollBackNumberChange':
      return status === 'acknowledged' ? [{ type: 'NumberChangeRolledBack', data: command.data }] : [];
    default:
      return assertNever(command);
  }
};

const evolve = (_before: NumberChange, { type }: NumberChangeEvent): NumberChange => {
  switch (type) {
    case 'NumberChangeAcknowledged':
      return { status: 'acknowledged' };
    case 'NumberChangeRefused':
      return { status: 'refused' };
    case 'NumberChangeRolledBack':
      return { status: 'rolled-back' };
    default:
      return assertNever(type);
  }
};

/** Says yes or no once, and takes back a yes. Nothing is ever rejected: whatever is said again adds nothing. */
export const numberChange: Aggregate<NumberChange, NumberChangeCommand, NumberChangeEvent, never> = {
  version: 1,
  initialState: { status: 'unknown' },
  decide,
  evolve,
  streamOf: (changeId) => `number-change-${changeId}`,
};
