import { textOf, type AuditedEvent } from '@bankside/audit';
import { groupBy, type StoredEvents } from '../stored-events';
import type { HistoryEntry, CommandKind } from '../command-history';

/** Commands without an event of their own for every acceptance; other checks cover them. */
type WithoutDirectEffect =
  | 'pay-card'
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
const keyOf = ({ commandId }: AuditedEvent): string => commandId.split('/')[2]?.split(' ')[0] ?? '';

const label = ({ command, key }: HistoryEntry): string => `${command.kind} ${key}`;

/** An accepted command has exactly one effect, a rejected one none. */
const direct = (type: string, entry: HistoryEntry, made: readonly AuditedEvent[]): readonly string[] => {
  const expected = entry.outcome === 'accepted' ? 1 : 0;
  const found = made.filter((event) => event.type === type).length;
  return found === expected ? [] : [`${label(entry)} was ${entry.outcome} and took effect ${found} times`];
};

const cardPayment = (
  entry: HistoryEntry,
  paid: ReadonlyMap<string, readonly AuditedEvent[]>,
): readonly string[] => {
  if (entry.outcome !== 'accepted') return [];
  const found = paid.get(String(entry.answer['paymentId']))?.length ?? 0;
  return found === 1 ? [] : [`${label(entry)} was accepted, but its card was paid ${found} times`];
};

/** Card payments without an accepted request. */
const unacknowledgedPayments = (
  entries: readonly HistoryEntry[],
  events: StoredEvents,
): readonly string[] => {
  const accepted = entries.filter(
    ({ command, outcome }) => command.kind === 'pay-card' && outcome === 'accepted',
  );
  const ids = new Set(accepted.map(({ answer }) => answer['paymentId']));
  return events
    .of('CardPaid')
    .filter((event) => !ids.has(event.data['paymentId']))
    .map(
      (event) => `card payment ${textOf(event, 'paymentId')} was made, but no request for it was accepted`,
    );
};

/** An order was cancelled by the request whose response says so, and by no other. */
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
export const answerProblems = (entries: readonly HistoryEntry[], events: StoredEvents): readonly string[] => {
  const byKey = groupBy(events.all, keyOf);
  const paid = groupBy(events.of('CardPaid'), (event) => textOf(event, 'paymentId'));
  const cancelled = groupBy(events.of('OrderCancelled'), (event) => textOf(event, 'cancellationId'));
  const each = entries.flatMap((entry) => {
    const { kind } = entry.command;
    if (entry.outcome === 'unknown') return [`${label(entry)} is still unknown`];
    const effect = (EFFECTS as Partial<Record<CommandKind, string>>)[kind];
    if (effect !== undefined) return direct(effect, entry, byKey.get(entry.key) ?? []);
    if (kind === 'cancel-order') return cancellation(entry, byKey.get(entry.key) ?? [], cancelled);
    return kind === 'pay-card' ? cardPayment(entry, paid) : [];
  });
  return [...each, ...unacknowledgedPayments(entries, events), ...numberChanges(entries, events)];
};
