import { cardPaymentMatter } from './card-payment';
import type { Judgement, Matter } from './matter';
import { numberChangeMatter } from './number-change';
import { orderMatter } from './order';
import { textOf, type AuditedEvent } from './audited-event';

export type MatterKind = 'order' | 'card payment' | 'number change';

/** A matter that is not settled. `id` is also the id of its saga. */
export type OpenMatter = Readonly<{
  kind: MatterKind;
  id: string;
  is: Exclude<Judgement['is'], 'settled'>;
  problem: string;
  /** The last event about it: `accounts account-1000000017@4`. */
  last: string;
}>;

const MAKES: Readonly<Record<MatterKind, (id: string) => Matter>> = {
  order: orderMatter,
  'card payment': cardPaymentMatter,
  'number change': numberChangeMatter,
};

const OF_A_SAGA = 'saga/';

/** What an event is about, if it is about something that several services take part in. */
const matterOf = (event: AuditedEvent): readonly [MatterKind, string] | undefined => {
  if ('orderId' in event.data) return ['order', textOf(event, 'orderId')];
  if ('changeId' in event.data) return ['number change', textOf(event, 'changeId')];
  if (event.type === 'CardPaid') return ['card payment', textOf(event, 'paymentId')];
  const isWithdrawal = event.type === 'MoneyWithdrawn' || event.type === 'WithdrawalCancelled';
  // A withdrawal that a person makes pays for nothing else.
  return isWithdrawal && event.commandId.startsWith(OF_A_SAGA)
    ? ['card payment', textOf(event, 'withdrawalId')]
    : undefined;
};

/**
 * Compares what several services have stored about the same orders, card payments and changes of numbers. Takes their
 * events in any order and forgets each matter once all agree, so that its memory grows with what is under way. An event
 * that arrives later than that is found to have no counterpart.
 */
export const crossServiceAudit = () => {
  const matters = new Map<string, { kind: MatterKind; id: string; matter: Matter; last: string }>();
  const counts: Record<MatterKind, number> = { order: 0, 'card payment': 0, 'number change': 0 };

  return {
    add: (event: AuditedEvent): void => {
      const of = matterOf(event);
      if (of === undefined) return;
      const [kind, id] = of;
      const key = `${kind} ${id}`;
      const known = matters.get(key) ?? { kind, id, matter: MAKES[kind](id), last: '' };
      known.matter.add(event);
      known.last = `${event.service} ${event.stream}@${event.revision}`;
      if (known.matter.judge().is !== 'settled') matters.set(key, known);
      else if (matters.delete(key)) counts[kind] += 1;
    },
    /** Those that are not settled. */
    unsettled: (): readonly OpenMatter[] =>
      [...matters.values()].flatMap(({ kind, id, matter, last }) => {
        const judgement = matter.judge();
        return judgement.is === 'settled' ? [] : [{ kind, id, last, ...judgement }];
      }),
    /** How many of each kind have been settled. */
    settled: (): Readonly<Record<MatterKind, number>> => counts,
  };
};
export type CrossServiceAudit = ReturnType<typeof crossServiceAudit>;
