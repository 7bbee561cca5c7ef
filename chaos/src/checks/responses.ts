import { textOf, type AuditedEvent } from '@bankside/audit';
import { groupBy } from '@bankside/std';
import type { StoredEvents } from '../stored-events';
import type { HistoryEntry, CommandKind } from '../command-history';

/** Commands without an event of their own for every acceptance; other checks cover them. */
type WithoutDirectEffect =
  | 'pay-card'
  | 'repay-loan-from-account'
  | 'transfer'
  | 'freeze-account'
  | 'unfreeze-account'
  | 'cancel-order'
  | 'change-number'
  | 'change-number-by-events'
  | 'lock-loan'
  | 'unlock-loan'
  | 'rename'
  | 'forget'
  | 'leave'
  | 'rebuild';

/** The event that an accepted command appends. */
const EFFECTS: Readonly<Record<Exclude<CommandKind, WithoutDirectEffect>, string>> = {
  register: 'CustomerRegistered',
  'open-account': 'AccountOpened',
  'issue-card': 'CardIssued',
  'grant-loan': 'LoanGranted',
  'add-product': 'ProductAdded',
  'add-stock': 'StockAdded',
  deposit: 'MoneyDeposited',
  withdraw: 'MoneyWithdrawn',
  'order-by-account': 'OrderPlaced',
  'order-by-card': 'OrderPlaced',
  'repay-loan': 'LoanRepaid',
  'return-order': 'ReturnAccepted',
};

/** The key in the id of a caller's command, or of one that is derived from it. */
export const keyOf = ({ commandId }: AuditedEvent): string => commandId.split('/')[2]?.split(' ')[0] ?? '';

const label = ({ command, key }: HistoryEntry): string => `${command.kind} ${key}`;

/** Fields of a request that its event has too. */
const ASKED_FOR = [
  'amountCents',
  'quantity',
  'totalCents',
  'cashDesk',
  'fromAccount',
  'toAccount',
  'payOutTo',
] as const;

/** An accepted command has exactly one effect, the one that was asked for; a rejected one has none. */
const direct = (type: string, entry: HistoryEntry, made: readonly AuditedEvent[]): readonly string[] => {
  const expected = entry.outcome === 'accepted' ? 1 : 0;
  const found = made.filter((event) => event.type === type);
  if (found.length !== expected)
    return [`${label(entry)} was ${entry.outcome} and took effect ${found.length} times`];
  const body = entry.command.body as Readonly<Record<string, unknown>>;
  return found.flatMap(({ data }) =>
    ASKED_FOR.filter((field) => field in body && body[field] !== data[field]).map(
      (field) => `${label(entry)} asked for ${field} ${String(body[field])} and got ${String(data[field])}`,
    ),
  );
};

/** Payments by sagas whose response names them: the event, and the field of the event and of the response with the id. */
const PAYMENTS = [
  { kind: 'pay-card', what: 'card payment', type: 'CardPaid', field: 'paymentId' },
  { kind: 'repay-loan-from-account', what: 'repayment', type: 'LoanRepaid', field: 'repaymentId' },
  { kind: 'transfer', what: 'transfer', type: 'TransferCompleted', field: 'transferId' },
] as const;

/** In cash, without a saga. */
const isPaidInCash = ({ type, data }: AuditedEvent): boolean =>
  type === 'LoanRepaid' && !('fromAccount' in data);

/** Every accepted payment was made once, and no other. */
const payments = (entries: readonly HistoryEntry[], events: StoredEvents): readonly string[] =>
  PAYMENTS.flatMap(({ kind, what, type, field }) => {
    const made = groupBy(
      events.of(type).filter((event) => !isPaidInCash(event)),
      (event) => textOf(event, field),
    );
    const accepted = entries.filter(
      ({ command, outcome }) => command.kind === kind && outcome === 'accepted',
    );
    const ids = new Set(accepted.map(({ response }) => response[field]));
    return [
      ...accepted.flatMap((entry) => {
        const found = made.get(String(entry.response[field]))?.length ?? 0;
        return found === 1 ? [] : [`${label(entry)} was accepted, but the ${what} was made ${found} times`];
      }),
      ...[...made.keys()]
        .filter((id) => !ids.has(id))
        .map((id) => `${what} ${id} was made, but no request for it was accepted`),
    ];
  });

/** An order was cancelled by the request whose response reports it, and by no other. */
const cancellation = (
  entry: HistoryEntry,
  made: readonly AuditedEvent[],
  cancelled: ReadonlyMap<string, readonly AuditedEvent[]>,
): readonly string[] => {
  const requests = made.filter(({ type }) => type === 'CancellationRequested');
  const found = requests.flatMap((event) => cancelled.get(textOf(event, 'cancellationId')) ?? []).length;
  const expected = entry.outcome === 'accepted' ? 1 : 0;
  return found === expected ? [] : [`${label(entry)} was ${entry.outcome}, and cancelled ${found} orders`];
};

/** Every accepted change of a mobile number is settled, and no other. */
const numberChanges = (entries: readonly HistoryEntry[], events: StoredEvents): readonly string[] => {
  const settled = new Set(events.of('MobileNumberChangeSettled').map((event) => textOf(event, 'changeId')));
  const requested = entries.filter(({ command }) => command.kind.startsWith('change-number'));
  const accepted = requested.filter(({ outcome }) => outcome === 'accepted').length;
  return settled.size === accepted
    ? []
    : [`${accepted} changes of mobile numbers were accepted, but ${settled.size} were settled`];
};

/** Compares the command history with the stored events: every accepted command took effect exactly once. */
export const responseProblems = (
  entries: readonly HistoryEntry[],
  events: StoredEvents,
): readonly string[] => {
  const byKey = groupBy(events.all, keyOf);
  const cancelled = groupBy(events.of('OrderCancelled'), (event) => textOf(event, 'cancellationId'));
  const each = entries.flatMap((entry) => {
    const { kind } = entry.command;
    if (entry.outcome === 'unknown') return [`${label(entry)} is still unknown`];
    const made = byKey.get(entry.key) ?? [];
    const effect = (EFFECTS as Partial<Record<CommandKind, string>>)[kind];
    if (effect !== undefined) return direct(effect, entry, made);
    // The request of a rejected transfer is recorded as well, unless an account rejected it at once.
    if (kind === 'transfer' && entry.outcome === 'accepted') return direct('TransferRequested', entry, made);
    return kind === 'cancel-order' ? cancellation(entry, made, cancelled) : [];
  });
  return [...each, ...payments(entries, events), ...numberChanges(entries, events)];
};
