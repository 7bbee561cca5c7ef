import fc from 'fast-check';
import {
  callerCommandId,
  derivedCommandId,
  digestedCallerCommandId,
  eventCommandId,
  sagaCommandId,
} from './command-ids';
import { operationIdFrom } from './ids';

/** What a caller can send as key: printable ASCII without blanks. Slashes and digits are what other makers build ids of. */
const key = fc.oneof(
  fc.string({ unit: fc.constantFrom('/', '%', '0', 'a', ':'), minLength: 1, maxLength: 6 }),
  fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 12 }).filter((text) => !text.includes(' ')),
  fc.constantFrom(
    'o-1/withdraw',
    'saga/o-1/withdraw',
    'event/loans/0/7',
    'caller/ada/k',
    'k/0',
    'k/1',
    'k%201',
  ),
);
const name = fc.oneof(
  fc.constantFrom('ada', 'saga', 'event', 'caller', 'o-1', 'saga/o-1', 'caller/ada', 'a b', 'order'),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 }),
);
/** Workflow ids and steps, and ids of events, are the system's own; they have no blanks either. */
const own = fc.constantFrom('o-1', 'withdraw', 'reserve/cd-1', 'ada', 'k', 'loans/0/7');

type Made = Readonly<{ id: string; from: readonly string[] }>;
const made =
  (maker: string, make: (...parts: string[]) => string) =>
  (parts: readonly string[]): Made => ({
    id: make(...parts),
    from: [maker, ...parts],
  });

const requested = fc.oneof(
  fc.tuple(name, key).map(made('caller', callerCommandId)),
  fc.tuple(name, key).map(made('digest', digestedCallerCommandId)),
  fc.tuple(own, own).map(made('saga', sagaCommandId)),
  fc.tuple(own).map(made('event', eventCommandId)),
);
const part = fc.constantFrom('0', '1', '4', 'email', 'name', '2000000019', 'a b', '');
const derived = fc.tuple(requested, fc.array(part, { maxLength: 2 })).map(([{ id, from }, parts]): Made => ({
  id: parts.reduce(derivedCommandId, id),
  from: [...from, ...parts.map((one) => `derived ${one}`)],
}));

describe('the ids of commands', () => {
  it('are equal only for the same maker and the same parts', () =>
    fc.assert(
      fc.property(derived, derived, (one, other) => {
        expect(one.id === other.id).toBe(JSON.stringify(one.from) === JSON.stringify(other.from));
      }),
      { numRuns: 5_000 },
    ));

  it.each([
    ['a step of a saga', sagaCommandId('o-1', 'withdraw')],
    ['a command that is derived from one of theirs', derivedCommandId(callerCommandId('ada', 'k'), '0')],
    ['a reaction to an event', eventCommandId('loans/0/7')],
    ['a caller whose subject is too long', digestedCallerCommandId('8e7a', 'k')],
  ])('of a caller never equal that of %s, whatever the key', (_what, id) => {
    const tails = [...id].map((_letter, index) => id.slice(index));
    const keys = [...tails, 'k/0', 'o-1/withdraw'].filter((text) => !text.includes(' '));
    const callers = ['ada', 'o-1', 'saga', '8e7a', ...keys];
    expect(keys.length).toBeGreaterThan(2);
    const ids = callers.flatMap((caller) => keys.map((text) => callerCommandId(caller, text)));
    expect(ids).not.toContain(id);
  });

  it('fit into an idempotency key without loss of printable characters', () =>
    fc.assert(
      fc.property(requested, ({ id }) => {
        expect(id).toMatch(/^[\x21-\x7e]+$/);
      }),
    ));

  it('lead to ids of operations that differ by kind and by command', () => {
    // Joined by a slash, an order of bob and a withdrawal of a caller named "order" had the same id.
    const kinds = ['order', 'withdrawal', 'deposit', 'customer'] as const;
    const commands = ['bob/k', 'caller/order/k', 'caller/order/bob/k', 'k'];
    const ids = kinds.flatMap((kind) => commands.map((command) => operationIdFrom(kind, command)));
    expect(new Set(ids).size).toBe(kinds.length * commands.length);
  });
});
