import { open, SETTLED, unfounded, wrong, type Judgement, type Matter } from './matter';
import { movement } from './movement';
import { amountOf, type AuditedEvent } from './audited-event';

/** A transfer. Completed: its amount has left one account and reached the other. Rejected: no money has moved. */
export const transferMatter = (transferId: string): Matter => {
  const { add, difference, arrived } = movement('MoneyDeposited');
  let requested: AuditedEvent | undefined;
  let end: 'completed' | 'rejected' | undefined;
  const judge = (): Judgement => {
    const found = difference();
    if (requested === undefined)
      return unfounded(`transfer ${transferId} moves money without having been requested`);
    if (end === undefined) return open(`transfer ${transferId} is requested and not ended`);
    if (found !== undefined)
      return wrong(
        `transfer ${transferId} is ${end}, but ${found.out} cents ${found.currency} left one account, ${found.into} reached the other`,
      );
    const due = end === 'completed' ? amountOf(requested, 'amountCents') : 0;
    return arrived() === due
      ? SETTLED
      : wrong(`transfer ${transferId} is ${end}, but moved ${arrived()} cents, and ${due} are due`);
  };
  return {
    add: (event) => {
      if (event.type === 'TransferRequested') requested = event;
      if (event.type === 'TransferCompleted') end = 'completed';
      if (event.type === 'TransferRejected') end = 'rejected';
      add(event);
    },
    judge,
  };
};
