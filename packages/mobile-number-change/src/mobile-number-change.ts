import { assertNever, type Aggregate } from '@bankside/kernel';

// Stored forever under these names. One stream per change holds what this service replied to a choreographed change.
type Change = Readonly<{ customerId: string; changeId: string }>;
type WithReason = Change & Readonly<{ reason: string }>;

export type NumberChangeEvent =
  | Readonly<{ type: 'NumberChangeAcknowledged'; data: Change }>
  | Readonly<{ type: 'NumberChangeRejected' | 'NumberChangeRolledBack'; data: WithReason }>;

export type NumberChangeCommand =
  | Readonly<{ type: 'AcknowledgeNumberChange'; data: Change }>
  | Readonly<{ type: 'RejectNumberChange' | 'RollBackNumberChange'; data: WithReason }>;

type NumberChangeState = Readonly<{ status: 'unknown' | 'acknowledged' | 'rejected' | 'rolled-back' }>;

type NumberChangeTypes = Readonly<{
  state: NumberChangeState;
  command: NumberChangeCommand;
  event: NumberChangeEvent;
  rejection: never;
}>;

const decide = (
  command: NumberChangeCommand,
  { status }: NumberChangeState,
): readonly NumberChangeEvent[] => {
  switch (command.type) {
    case 'AcknowledgeNumberChange':
      return status === 'unknown' ? [{ type: 'NumberChangeAcknowledged', data: command.data }] : [];
    case 'RejectNumberChange':
      return status === 'unknown' ? [{ type: 'NumberChangeRejected', data: command.data }] : [];
    case 'RollBackNumberChange':
      return status === 'acknowledged' ? [{ type: 'NumberChangeRolledBack', data: command.data }] : [];
    default:
      return assertNever(command);
  }
};

const evolve = (_before: NumberChangeState, { type }: NumberChangeEvent): NumberChangeState => {
  switch (type) {
    case 'NumberChangeAcknowledged':
      return { status: 'acknowledged' };
    case 'NumberChangeRejected':
      return { status: 'rejected' };
    case 'NumberChangeRolledBack':
      return { status: 'rolled-back' };
    default:
      return assertNever(type);
  }
};

/**
 * Acknowledges or rejects a change once; only an acknowledgement can be rolled back. No command is ever rejected: one
 * that no longer applies adds nothing.
 */
export const mobileNumberChange: Aggregate<NumberChangeTypes> = {
  version: 1,
  initialState: { status: 'unknown' },
  decide,
  evolve,
  streamOf: (changeId) => `number-change-${changeId}`,
};
