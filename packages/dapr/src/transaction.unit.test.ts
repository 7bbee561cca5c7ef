import { VersionConflict, type Append } from '@bankside/kernel';
import fc from 'fast-check';
import { answerKey, commitKey, uniqueKey } from './keys';
import { Outage } from './outage';
import { assertCommitted, transactionBody, writeOf } from './transaction';

const append = (commandId: string, extra: Partial<Append> = {}): Append => ({
  commandId,
  outcome: { fingerprint: 'f', stream: 'account-1', revision: 1 },
  ...extra,
});
const operationsOf = (...appends: readonly Append[]) =>
  (
    JSON.parse(transactionBody(appends.map((one) => writeOf(one)))) as {
      operations: { operation: string; request: { key: string } }[];
    }
  ).operations;

describe('keys', () => {
  it('differ whenever the names differ', () => {
    const name = fc.string({ unit: 'binary', maxLength: 20 });
    fc.assert(
      fc.property(name, name, name, name, (a, b, c, d) => {
        fc.pre(a !== c || b !== d);
        expect(uniqueKey({ index: a, value: b })).not.toBe(uniqueKey({ index: c, value: d }));
      }),
    );
  });

  it('have plain characters only, without the separator of Dapr', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (id) =>
        expect(answerKey(id)).toMatch(/^c\/[\w.!~*'()%-]*$/),
      ),
    );
  });

  it('of a stream sort by revision', () => {
    expect(commitKey('account-1', 9) < commitKey('account-1', 10)).toBe(true);
  });

  it('refuse a name that the database cannot index', () => {
    expect(() => answerKey('x'.repeat(3_000))).toThrow(RangeError);
  });
});

describe('a transaction', () => {
  const mobile = { index: 'mobile', value: '0123456789' };

  it('takes a value back before it claims it again', () => {
    const operations = operationsOf(append('1', { claims: [mobile], releases: [mobile] }));
    const kinds = operations
      .filter(({ request }) => request.key === uniqueKey(mobile))
      .map(({ operation }) => operation);
    expect(kinds).toEqual(['delete', 'upsert']);
  });

  it('touches the keys of all its appends in one order, so that no two deadlock', () => {
    const keys = operationsOf(append('z', { claims: [mobile] }), append('a')).map(
      ({ request }) => request.key,
    );
    expect(keys).toEqual([...keys].sort());
  });

  it('is a conflict only when the state store says that a key was there', () => {
    const answer = (status: number, text: string) => () => assertCommitted({ status, headers: {}, text });
    expect(answer(204, '')).not.toThrow();
    expect(answer(500, '{"errorCode":"ERR_STATE_TRANSACTION","message":"no item was updated"}')).toThrow(
      VersionConflict,
    );
    expect(answer(500, 'possible etag mismatch. error from state store')).toThrow(VersionConflict);
    expect(answer(500, 'failed to connect')).toThrow(Outage);
    expect(answer(400, 'no item was updated')).toThrow(Outage);
  });
});
