import { VersionConflict, type Append } from '@bankside/kernel';
import fc from 'fast-check';
import {
  OUTCOME_TTL_SECONDS,
  outcomeKey,
  commitKey,
  uniqueKey,
  assertCommitted,
  transactionBody,
  writeOf,
} from './event-store';
import { Outage } from './outage';

const append = (commandId: string, extra: Partial<Append> = {}): Append => ({
  commandId,
  outcome: { fingerprint: 'f', stream: 'account-1', revision: 1 },
  ...extra,
});
type Sent = Readonly<{
  operation: string;
  request: {
    key: string;
    value?: { value: unknown; rows: { key: string; value: unknown; seconds?: number }[] };
  };
}>;
const operationsOf = (...appends: readonly Append[]) =>
  (JSON.parse(transactionBody(appends.map((one) => writeOf(one)))) as { operations: Sent[] }).operations;
const commit = (stream: string, revision: number) => ({
  stream,
  revision,
  events: [],
  commandId: 'x',
  at: '',
});

describe('keys', () => {
  it('differ if the names differ', () => {
    const name = fc.string({ unit: 'binary', maxLength: 20 });
    fc.assert(
      fc.property(name, name, name, name, (a, b, c, d) => {
        fc.pre(a !== c || b !== d);
        expect(uniqueKey({ index: a, value: b })).not.toBe(uniqueKey({ index: c, value: d }));
      }),
    );
  });

  it('consist of plain characters, without the separator of Dapr', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (id) =>
        expect(outcomeKey(id)).toMatch(/^c\/[\w.!~*'()%-]*$/),
      ),
    );
  });

  it('of a stream sort by revision', () => {
    expect(commitKey('account-1', 9) < commitKey('account-1', 10)).toBe(true);
  });

  it('reject a name that the database cannot index', () => {
    expect(() => outcomeKey('x'.repeat(3_000))).toThrow(RangeError);
  });
});

describe('a transaction', () => {
  const mobile = { index: 'mobile', value: '0123456789' };

  it('releases a value before it claims it again', () => {
    const operations = operationsOf(append('1', { claims: [mobile], releases: [mobile] }));
    const kinds = operations
      .filter(({ request }) => request.key === uniqueKey(mobile))
      .map(({ operation }) => operation);
    expect(kinds).toEqual(['delete', 'upsert']);
  });

  it('checks for each append that a value is absent, by an insert that it takes back', () => {
    const check = { absent: [mobile] };
    const operations = operationsOf(append('1', check), append('2', check));
    const kinds = operations
      .filter(({ request }) => request.key === uniqueKey(mobile))
      .map(({ operation }) => operation);
    expect(kinds).toEqual(['upsert', 'delete', 'upsert', 'delete']);
    expect(writeOf(append('1', check)).keys).not.toContain(uniqueKey(mobile));
  });

  it('writes the keys of all its appends in one order, so that no two transactions deadlock', () => {
    const keys = operationsOf(append('z', { claims: [mobile] }), append('a')).map(
      ({ request }) => request.key,
    );
    expect(keys).toEqual([...keys].sort());
    const [{ request }] = operationsOf(
      append('z', { commit: commit('b', 1) }),
      append('y', { commit: commit('b', 2) }),
      append('x', { commit: commit('a', 3) }),
    ) as [Sent];
    const written = [...request.value!.rows.map(({ key }) => key), request.key.replace(/^b\//, '')];
    expect(written).toEqual([
      outcomeKey('x'),
      outcomeKey('y'),
      outcomeKey('z'),
      commitKey('a', 3),
      commitKey('b', 1),
      commitKey('b', 2),
    ]);
  });

  it('sends commits and outcomes as one operation, and unique values behind it', () => {
    const outcome = { fingerprint: 'f', stream: 'account-1', revision: 1 };
    const operations = operationsOf(
      append('1', { commit: commit('account-1', 1), claims: [mobile] }),
      append('2'),
    );
    expect(operations.map(({ request }) => request.key)).toEqual([
      `b/${commitKey('account-1', 1)}`,
      uniqueKey(mobile),
    ]);
    expect(operations[0]!.request.value).toEqual({
      value: { events: [], commandId: 'x', at: '' },
      rows: ['1', '2'].map((id) => ({ key: outcomeKey(id), value: outcome, seconds: OUTCOME_TTL_SECONDS })),
    });
  });

  it('throws a VersionConflict only if the state store reports an existing key', () => {
    const response = (status: number, text: string) => () => assertCommitted({ status, headers: {}, text });
    expect(response(204, '')).not.toThrow();
    expect(response(500, '{"errorCode":"ERR_STATE_TRANSACTION","message":"no item was updated"}')).toThrow(
      VersionConflict,
    );
    expect(response(500, 'possible etag mismatch. error from state store')).toThrow(VersionConflict);
    expect(response(500, 'commit s/a/0000000001 is final: commits are never changed or deleted')).toThrow(
      VersionConflict,
    );
    expect(response(500, 'failed to connect')).toThrow(Outage);
    expect(response(400, 'no item was updated')).toThrow(Outage);
  });
});
