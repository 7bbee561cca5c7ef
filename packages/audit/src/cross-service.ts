import { closureMatter } from './closure';
import { loanPayoutMatter } from './loan-payout';
import type { Judgement, Matter } from './matter';
import { cardPaymentMatter, loanRepaymentMatter } from './movement';
import { numberChangeMatter } from './number-change';
import { orderMatter } from './order';
import { returnMatter } from './return';
import { transferMatter } from './transfer';
import { textOf, type AuditedEvent } from './audited-event';

export type MatterKind =
  | 'order'
  | 'return'
  | 'card payment'
  | 'transfer'
  | 'loan payout'
  | 'loan repayment'
  | 'number change'
  | 'closure';

/** A matter that is not settled. `id` is also the id of its saga. */
export type OpenMatter = Readonly<{
  kind: MatterKind;
  id: string;
  is: Exclude<Judgement['is'], 'settled'>;
  problem: string;
  /** The last event about it: `accounts account-1000000017@4`. */
  last: string;
  /** The customer of a change of a number. */
  customerId: string;
}>;

type Known = { kind: MatterKind; id: string; customerId: string; matter: Matter; last: string };

const MAKES: Readonly<Record<MatterKind, (id: string) => Matter>> = {
  order: orderMatter,
  return: returnMatter,
  'card payment': cardPaymentMatter,
  transfer: transferMatter,
  'loan payout': loanPayoutMatter,
  'loan repayment': loanRepaymentMatter,
  'number change': numberChangeMatter,
  closure: closureMatter,
};

/** A customer who leaves ends an open change of a number. */
const LEAVING: ReadonlySet<string> = new Set(['CustomerDeactivated', 'CustomerForgotten']);
const OF_A_SAGA = 'saga/';

/** The fields that name a matter, the most specific first. A refund has the id of its return. */
const NAMED_BY: readonly (readonly [field: string, kind: MatterKind])[] = [
  ['closureId', 'closure'],
  ['returnId', 'return'],
  ['refundId', 'return'],
  ['orderId', 'order'],
  ['changeId', 'number change'],
  ['transferId', 'transfer'],
];

/** What an event is about, if it is about something that several services take part in. */
const matterOf = (event: AuditedEvent): readonly [MatterKind, string] | undefined => {
  // At any time after the return has ended, or the transfer.
  if (event.type === 'RefundPaidOut' || event.type === 'TransferForgotten') return undefined;
  const found = NAMED_BY.find(([field]) => field in event.data);
  if (found !== undefined) return [found[1], textOf(event, found[0])];
  if (event.type === 'CardPaid') return ['card payment', textOf(event, 'paymentId')];
  return ofLoan(event) ?? ofCardPayment(event);
};

const PAYOUT: ReadonlySet<string> = new Set(['LoanPaidOut', 'LoanCancelled']);

const ofLoan = (event: AuditedEvent): readonly [MatterKind, string] | undefined => {
  const { type, data } = event;
  if (type === 'MoneyDeposited' && 'loanNumber' in data) return ['loan payout', textOf(event, 'depositId')];
  if (PAYOUT.has(type) || (type === 'LoanGranted' && 'payOutTo' in data))
    return ['loan payout', `loan-${textOf(event, 'loanNumber')}`];
  return ofRepayment(event);
};

const ofRepayment = (event: AuditedEvent): readonly [MatterKind, string] | undefined => {
  const { type, data } = event;
  if (type === 'LoanRepaid')
    return 'fromAccount' in data ? ['loan repayment', textOf(event, 'repaymentId')] : undefined;
  return 'withdrawalId' in data && 'loanNumber' in data
    ? ['loan repayment', textOf(event, 'withdrawalId')]
    : undefined;
};

const ofCardPayment = (event: AuditedEvent): readonly [MatterKind, string] | undefined => {
  const isWithdrawal = event.type === 'MoneyWithdrawn' || event.type === 'WithdrawalCancelled';
  // A withdrawal that a person makes pays for nothing else.
  return isWithdrawal && event.commandId.startsWith(OF_A_SAGA)
    ? ['card payment', textOf(event, 'withdrawalId')]
    : undefined;
};

/**
 * Compares what several services have stored about the same orders, returns, card payments, transfers, loans, changes of
 * numbers and closures. Takes the events of each service in their order and forgets each matter once all agree, so that its
 * memory grows with what is under way. An event that arrives later than that is found to have no counterpart.
 */
export const crossServiceAudit = () => {
  const matters = new Map<string, Known>();
  const counts = Object.fromEntries(Object.keys(MAKES).map((kind) => [kind, 0])) as Record<
    MatterKind,
    number
  >;

  const addTo = (key: string, known: Known, event: AuditedEvent): void => {
    known.matter.add(event);
    known.last = `${event.service} ${event.stream}@${event.revision}`;
    if (known.matter.judge().is !== 'settled') matters.set(key, known);
    else if (matters.delete(key)) counts[known.kind] += 1;
  };

  return {
    add: (event: AuditedEvent): void => {
      const customerId = textOf(event, 'customerId');
      if (LEAVING.has(event.type))
        for (const [key, known] of matters)
          if (known.kind === 'number change' && known.customerId === customerId) addTo(key, known, event);
      const of = matterOf(event);
      if (of === undefined) return;
      const [kind, id] = of;
      const key = `${kind} ${id}`;
      addTo(key, matters.get(key) ?? { kind, id, customerId, matter: MAKES[kind](id), last: '' }, event);
    },
    /** Those that are not settled. */
    unsettled: (): readonly OpenMatter[] =>
      [...matters.values()].flatMap(({ kind, id, customerId, matter, last }) => {
        const judgement = matter.judge();
        return judgement.is === 'settled' ? [] : [{ kind, id, customerId, last, ...judgement }];
      }),
    /** How many of each kind have been settled. */
    settled: (): Readonly<Record<MatterKind, number>> => counts,
  };
};
export type CrossServiceAudit = ReturnType<typeof crossServiceAudit>;
