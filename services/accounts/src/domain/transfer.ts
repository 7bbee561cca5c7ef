import { assertNever, reject, type Aggregate, type Empty } from '@bankside/kernel';

// Stored forever under these names: add fields, never rename or reuse one.
type Id = Readonly<{ transferId: string; customerId: string }>;
/** `customerId` holds the account that pays, `recipientId` the one that is paid. */
export type TransferRequest = Id &
  Readonly<{
    recipientId: string;
    fromAccount: string;
    toAccount: string;
    amountCents: number;
    currency: string;
    /** Stored encrypted, with a key of this transfer alone. */
    purpose?: string;
  }>;

export type TransferEvent =
  | Readonly<{ type: 'TransferRequested'; data: TransferRequest }>
  | Readonly<{ type: 'TransferCompleted'; data: Id }>
  | Readonly<{ type: 'TransferRejected'; data: Id & Reason }>
  /** Deletes the key of the purpose: its sender or its recipient is forgotten. */
  | Readonly<{ type: 'TransferForgotten'; data: Readonly<{ transferId: string }> }>;

type Reason = Readonly<{ reason: string }>;

export type TransferCommand =
  | Readonly<{ type: 'RequestTransfer'; data: TransferRequest }>
  | Readonly<{ type: 'CompleteTransfer'; data: Empty }>
  | Readonly<{ type: 'RejectTransfer'; data: Reason }>
  | Readonly<{ type: 'ForgetTransfer'; data: Empty }>;

type TransferRejection =
  | 'same-account'
  | 'transfer-not-found'
  | 'transfer-already-requested'
  | 'transfer-already-completed'
  | 'transfer-already-rejected';

export type Requested = TransferRequest &
  Readonly<{ status: 'requested' | 'completed' | 'rejected'; reason?: string; forgotten?: true }>;
export type Transfer = Readonly<{ status: 'unrequested' }> | Requested;

export type TransferTypes = Readonly<{
  state: Transfer;
  command: TransferCommand;
  event: TransferEvent;
  rejection: TransferRejection;
}>;

const decide = (command: TransferCommand, transfer: Transfer) => {
  if (command.type === 'RequestTransfer') return request(command.data, transfer);
  if (transfer.status === 'unrequested') return reject('transfer-not-found');
  switch (command.type) {
    case 'CompleteTransfer':
      return complete(transfer);
    case 'RejectTransfer':
      return rejectTransfer(command.data, transfer);
    case 'ForgetTransfer':
      return transfer.forgotten
        ? []
        : [{ type: 'TransferForgotten' as const, data: { transferId: transfer.transferId } }];
    default:
      return assertNever(command);
  }
};

const request = (requested: TransferRequest, { status }: Transfer) => {
  if (status !== 'unrequested') return reject('transfer-already-requested');
  if (requested.fromAccount === requested.toAccount) return reject('same-account');
  return [{ type: 'TransferRequested' as const, data: requested }];
};

const idOf = ({ transferId, customerId }: Requested): Id => ({ transferId, customerId });

const complete = (transfer: Requested) => {
  if (transfer.status === 'completed') return [];
  if (transfer.status === 'rejected') return reject('transfer-already-rejected');
  return [{ type: 'TransferCompleted' as const, data: idOf(transfer) }];
};

const rejectTransfer = ({ reason }: Reason, transfer: Requested) => {
  if (transfer.status === 'rejected') return [];
  if (transfer.status === 'completed') return reject('transfer-already-completed');
  return [{ type: 'TransferRejected' as const, data: { ...idOf(transfer), reason } }];
};

const evolve = (transfer: Transfer, event: TransferEvent): Transfer => {
  if (event.type === 'TransferRequested') return { ...event.data, status: 'requested' };
  if (transfer.status === 'unrequested')
    throw new Error(`${event.type} on a transfer that was never requested.`);
  switch (event.type) {
    case 'TransferCompleted':
      return { ...transfer, status: 'completed' };
    case 'TransferRejected':
      return { ...transfer, status: 'rejected', reason: event.data.reason };
    case 'TransferForgotten': {
      const { purpose: _erased, ...rest } = transfer;
      return { ...rest, forgotten: true };
    }
    default:
      return assertNever(event);
  }
};

/** A transfer between two accounts of the bank. The saga `transfer-money` moves its money. */
export const transfer: Aggregate<TransferTypes> = {
  version: 1,
  initialState: { status: 'unrequested' },
  decide,
  evolve,
  streamOf: (transferId) => `transfer-${transferId}`,
};
