import { amountOf, textOf, type AuditedEvent, type ResponseOf } from '@bankside/audit';
import type { ApiClient } from '@bankside/client';

import { groupBy } from '@bankside/std';
import type { StoredEvents } from '../stored-events';

type Line = ResponseOf<'getStatement'>['lines'][number];

const linesOf = async (api: ApiClient, customerId: string): Promise<readonly Line[]> => {
  const lines: Line[] = [];
  for (let cursor = ''; ;) {
    const { status, body } = await api.get(`/api/customers/${customerId}/statement?limit=100${cursor}`);
    if (status !== 200)
      throw new Error(`GET the statement of ${customerId}: ${status} ${JSON.stringify(body)}`);
    const page = body as unknown as ResponseOf<'getStatement'>;
    lines.push(...page.lines);
    if (page.next === undefined) return lines;
    cursor = `&cursor=${encodeURIComponent(page.next)}`;
  }
};

/** The lines of each transfer in the statements of all customers with an account. */
export const transferLines = async (
  api: ApiClient,
  events: StoredEvents,
): Promise<ReadonlyMap<string, readonly Line[]>> => {
  const lines: Line[] = [];
  const holders = new Set(events.of('AccountOpened').map((event) => textOf(event, 'customerId')));
  for (const customerId of holders) lines.push(...(await linesOf(api, customerId)));
  return groupBy(
    lines.filter(({ transferId }) => transferId !== undefined),
    ({ transferId }) => transferId!,
  );
};

const sideOf = (lines: readonly Line[], account: string): string =>
  lines
    .filter(({ number }) => number === account)
    .map(({ what, amountCents, counterparty }) => `${what} ${amountCents} ${counterparty}`)
    .toSorted()
    .join(', ');

/** The lines that the two statements may have: both sides once, or nothing that stays. */
const statementProblem = (
  requested: AuditedEvent,
  isCompleted: boolean,
  lines: readonly Line[],
): string | undefined => {
  const [from, to] = [textOf(requested, 'fromAccount'), textOf(requested, 'toAccount')];
  const cents = amountOf(requested, 'amountCents');
  const sent = sideOf(lines, from);
  const received = sideOf(lines, to);
  const [out, back] = [`transfer ${-cents} ${to}`, `transfer-cancelled ${cents} ${to}`];
  const isRight = isCompleted
    ? sent === out && received === `transfer ${cents} ${from}`
    : (sent === '' || sent === `${out}, ${back}`) && received === '';
  return isRight
    ? undefined
    : `transfer ${textOf(requested, 'transferId')} of ${cents} is ${isCompleted ? 'completed' : 'rejected'}: the sender's statement has [${sent}], the recipient's [${received}]`;
};

/** Every transfer has ended and is once in the statements of both accounts, or in neither. */
export const statementProblems = (
  events: StoredEvents,
  lines: ReadonlyMap<string, readonly Line[]>,
): readonly string[] => {
  const idsOf = (type: string): ReadonlySet<string> =>
    new Set(events.of(type).map((event) => textOf(event, 'transferId')));
  const [completed, rejected] = [idsOf('TransferCompleted'), idsOf('TransferRejected')];
  const requested = events.of('TransferRequested');
  const known = new Set(requested.map((event) => textOf(event, 'transferId')));
  return [
    ...requested.flatMap((event) => {
      const id = textOf(event, 'transferId');
      const ends = Number(completed.has(id)) + Number(rejected.has(id));
      if (ends !== 1) return [`transfer ${id} has ended ${ends} times`];
      return statementProblem(event, completed.has(id), lines.get(id) ?? []) ?? [];
    }),
    ...[...lines.keys()]
      .filter((id) => !known.has(id))
      .map((id) => `a statement has transfer ${id}, which was not requested`),
  ];
};

/** No account ever sent more in a day than the limit. */
export const limitProblems = (events: StoredEvents, limitCents: number): readonly string[] => {
  const sent = new Map<string, number>();
  return events
    .of('MoneyWithdrawn', 'WithdrawalCancelled')
    .toSorted(byRevision)
    .flatMap((event) => {
      if (!('sentOn' in event.data))
        return 'transferId' in event.data
          ? [`${event.stream}@${event.revision} sent money without a limit`]
          : [];
      const day = `${event.stream} ${textOf(event, 'sentOn')}`;
      const sign = event.type === 'MoneyWithdrawn' ? 1 : -1;
      const cents = (sent.get(day) ?? 0) + sign * amountOf(event, 'amountCents');
      sent.set(day, cents);
      return cents > limitCents ? [`${day}: ${cents} cents sent, above ${limitCents}`] : [];
    });
};

const byRevision = (a: AuditedEvent, b: AuditedEvent): number => a.revision - b.revision;
