import { groupBy, text, type Fact, type Facts } from '../facts';
import type { Entry, Kind } from '../ledger';

/** What a command leaves behind when it is accepted, by the id of its request. */
const EFFECTS: Readonly<Partial<Record<Kind, string>>> = {
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
  forget: 'CustomerForgotten',
};

/** A command's id is the caller's name and key, and what a service added to them. */
const keyOf = ({ commandId }: Fact): string => commandId.split('/')[1] ?? '';

const told = ({ command, key }: Entry): string => `${command.kind} ${key}`;

/** Accepted: exactly one effect. Refused: none. */
const direct = (type: string, entry: Entry, made: readonly Fact[]): readonly string[] => {
  const expected = entry.outcome === 'accepted' ? 1 : 0;
  const found = made.filter((fact) => fact.type === type).length;
  return found === expected ? [] : [`${told(entry)} was ${entry.outcome}, and has its effect ${found} times`];
};

const cardPayment = (entry: Entry, paid: ReadonlyMap<string, readonly Fact[]>): readonly string[] => {
  if (entry.outcome !== 'accepted') return [];
  const found = paid.get(String(entry.answer['paymentId']))?.length ?? 0;
  return found === 1 ? [] : [`${told(entry)} was accepted, and the card was paid ${found} times`];
};

/** Card payments that no client was told of as accepted. */
const unaskedPayments = (entries: readonly Entry[], facts: Facts): readonly string[] => {
  const accepted = entries.filter(
    ({ command, outcome }) => command.kind === 'pay-card' && outcome === 'accepted',
  );
  const ids = new Set(accepted.map(({ answer }) => answer['paymentId']));
  return facts
    .of('CardPaid')
    .filter((fact) => !ids.has(fact.data['paymentId']))
    .map((fact) => `card payment ${text(fact, 'paymentId')} was made, and nobody was told so`);
};

/** Every change of a number was ended, one way or the other, and those that were accepted were made. */
const numberChanges = (entries: readonly Entry[], facts: Facts): readonly string[] => {
  const idsOf = (type: string): ReadonlySet<string> =>
    new Set(facts.of(type).map((fact) => text(fact, 'changeId')));
  const [settled, rolledBack] = [idsOf('MobileNumberChangeSettled'), idsOf('MobileNumberRolledBack')];
  const open = facts
    .of('MobileNumberChanged')
    .map((fact) => text(fact, 'changeId'))
    .filter((id) => settled.has(id) === rolledBack.has(id))
    .map(
      (id) => `change of number ${id} is ${settled.has(id) ? 'both settled and rolled back' : 'still open'}`,
    );
  const asked = entries.filter(({ command }) => command.kind.startsWith('change-number'));
  const accepted = asked.filter(({ outcome }) => outcome === 'accepted').length;
  return settled.size === accepted
    ? open
    : [...open, `${accepted} changes of numbers were accepted, and ${settled.size} were made`];
};

/** The client's ledger of answers against the services: every accepted command has its effect exactly once. */
export const answerProblems = (entries: readonly Entry[], facts: Facts): readonly string[] => {
  const byKey = groupBy(facts.all, keyOf);
  const paid = groupBy(facts.of('CardPaid'), (fact) => text(fact, 'paymentId'));
  const each = entries.flatMap((entry) => {
    const { kind } = entry.command;
    if (entry.outcome === 'unknown') return [`${told(entry)} is still unknown`];
    const effect = EFFECTS[kind];
    if (effect !== undefined) return direct(effect, entry, byKey.get(entry.key) ?? []);
    return kind === 'pay-card' ? cardPayment(entry, paid) : [];
  });
  return [...each, ...unaskedPayments(entries, facts), ...numberChanges(entries, facts)];
};
