import { Schema } from 'mongoose';
import type { EventEnvelope } from '@bankside/contracts';
import { feedOf } from './spec';
import type { StoredDocument } from '../src/checkpoints';
import type { ProjectionStore } from '../src/stores/store';
import type { ParkedEvent } from '@bankside/feed';
import { defineProjection, type ProjectionVersion } from '../src/projection';

type Line = Readonly<{
  customerId: string;
  at: string;
  tags?: readonly string[];
  list?: readonly object[];
  nested?: object;
  cents?: number;
  other?: number;
  mine?: number;
  key?: string;
  index?: number;
}>;
const lines = defineProjection<Line>({
  name: 'contract-lines',
  collectionName: 'lines',
  version: 1,
  store: 'mongodb',
  schema: {
    customerId: String,
    at: String,
    tags: [String],
    list: [Schema.Types.Mixed],
    nested: Schema.Types.Mixed,
    cents: Number,
    other: Number,
    mine: Number,
    key: String,
    index: Number,
  },
  sources: ['accounts'],
  keyOf: () => 'unused',
  initial: () => ({ customerId: '', at: '' }),
  apply: {},
  lists: [
    { by: 'customerId', sort: 'at', descending: true },
    { by: 'tags', sort: 'at', multiValued: true },
  ],
});

const [event] = feedOf([{ type: 'customers.customer-deactivated.v1', data: { customerId: 'ada' } }]);

type Contract = Readonly<{
  store: ProjectionStore;
  deadLetters: (version: ProjectionVersion) => Promise<readonly string[]>;
}>;

/** The contract of every store. For jest. */
export const projectionStoreContract = (name: string, make: () => Promise<Contract>): void => {
  describe(`${name} as a store of projections`, () => {
    let contract: Contract;
    let store: ProjectionStore;
    let version: ProjectionVersion;
    const used: ProjectionVersion[] = [];
    const first = Date.now() % 1e9;

    const row = (key: string, document: object = {}, rev = 0): StoredDocument => ({
      key,
      rev,
      applied: { 'accounts/0': 17, 'orders/0': 3 },
      blocked: [{ source: 'accounts', stream: 'account-1.2', from: 4 }],
      document,
    });
    const commit = (
      changed: readonly StoredDocument[],
      moves: readonly (readonly [string, number, number])[] = [],
    ) =>
      store.commit(version, {
        changed,
        parked: [],
        moves: moves.map(([feedPartition, from, to]) => ({ feedPartition, from, to })),
      });
    const position = async (feedPartition: string) =>
      (await store.checkpoints(version)).get(feedPartition)?.position;

    beforeAll(async () => {
      contract = await make();
      store = contract.store;
    });
    beforeEach(async () => {
      version = { projection: lines, number: first + used.length };
      used.push(version);
      await store.install(version);
    });
    afterAll(async () => {
      for (const one of used) await store.drop(one);
    });

    it('is installed again without an effect', async () => {
      await commit([row('a')]);
      await store.install(version);
      expect(await store.get(version, 'a')).toEqual({});
    });

    it('is indexed by several writers at once, and again, without an effect on its documents', async () => {
      await commit([row('a', { customerId: 'ada', at: '2026-01-01' })]);
      await Promise.all([1, 2, 3].map(() => store.createIndexes(version)));
      await store.createIndexes(version);
      await commit([row('b', { customerId: 'ada', at: '2026-01-02' })]);
      const { documents } = await store.list(version, { by: 'customerId', value: 'ada', limit: 10 });
      expect(documents).toMatchObject([{ at: '2026-01-02' }, { at: '2026-01-01' }]);
    });

    it('loads an initial document for an unknown key', async () => {
      expect(await store.get(version, 'a')).toBeUndefined();
      expect(await store.load(version, ['a'])).toEqual([
        { key: 'a', rev: 0, applied: {}, blocked: [], document: { customerId: '', at: '' } },
      ]);
    });

    it('keeps every field, and counts the writes', async () => {
      const document = {
        customerId: 'ada',
        list: [{ a: 1 }, {}],
        nested: { deep: {} },
        cents: 9_007_199_254_740_991,
      };
      expect(await commit([row('a', document)])).toEqual({ done: true, lost: [], moved: [] });
      expect(await store.get(version, 'a')).toEqual(document);
      expect(await store.load(version, ['a'])).toEqual([row('a', document, 1)]);
      await commit([row('a', { other: 1 }, 1)]);
      expect(await store.load(version, ['a'])).toEqual([row('a', { other: 1 }, 2)]);
    });

    it('keeps versions apart, and drops one completely', async () => {
      await commit([row('a')], [['accounts/0', 0, 5]]);
      const other = { projection: lines, number: first + 1_000_000 };
      used.push(other);
      await store.install(other);
      expect(await store.get(other, 'a')).toBeUndefined();
      await store.drop(version);
      await store.drop(version);
      await store.install(version);
      expect(await store.get(version, 'a')).toBeUndefined();
      expect(await position('accounts/0')).toBeUndefined();
    });

    it('moves the checkpoints of several feed partitions', async () => {
      await commit([], [['accounts/0', 0, 5], ['orders/0', 0, 7]]); // prettier-ignore
      expect(await position('accounts/0')).toBe(5);
      await commit([], [['accounts/0', 5, 6]]);
      expect([await position('accounts/0'), await position('orders/0')]).toEqual([6, 7]);
    });

    it('does not move a checkpoint that another writer has moved', async () => {
      await commit([], [['accounts/0', 0, 5]]);
      expect(await commit([], [['accounts/0', 0, 9]])).toMatchObject({ moved: ['accounts/0'] });
      expect(await commit([], [['accounts/0', 4, 9]])).toMatchObject({ moved: ['accounts/0'] });
      expect(await position('accounts/0')).toBe(5);
    });

    it('rejects a document that another writer has changed, and moves no checkpoint', async () => {
      await commit([row('a', { mine: 1 })]);
      const lost = { done: false, lost: ['a'] };
      expect(await commit([row('a', { mine: 2 })], [['accounts/0', 0, 5]])).toMatchObject(lost);
      expect(await commit([row('a', { mine: 2 }, 7)], [['accounts/0', 0, 5]])).toMatchObject(lost);
      expect(await store.get(version, 'a')).toEqual({ mine: 1 });
      expect(await position('accounts/0')).toBeUndefined();
    });

    it('stores one of two concurrent changes of a document', async () => {
      await commit([row('a')]);
      for (let rev = 1; rev <= 50; rev += 1) {
        const outcomes = await Promise.allSettled([1, 2].map((mine) => commit([row('a', { mine }, rev)])));
        const stored = outcomes.filter((one) => one.status === 'fulfilled' && one.value.done);
        expect([rev, stored.length]).toEqual([rev, 1]);
      }
      expect(await store.load(version, ['a'])).toMatchObject([{ rev: 51 }]);
    });

    it('names each lost document among many', async () => {
      await commit([row('b'), row('d')]);
      const many = ['a', 'b', 'c', 'd', 'e'].map((key) => row(key, { key }));
      const outcome = await commit([...many, row('d', {}, 4)]);
      expect([...outcome.lost].sort()).toEqual(['b', 'd', 'd']);
    });

    it('names at least the lost documents among many that are replaced', async () => {
      const many = ['a', 'b', 'c', 'd', 'e'].map((key) => row(key, { key }));
      await commit(many);
      const outcome = await commit(
        many.map((one) => ({ ...one, rev: one.key === 'c' ? 7 : 1, document: {} })),
      );
      expect(outcome).toMatchObject({ done: false, lost: expect.arrayContaining(['c']) });
      expect(await store.load(version, ['c'])).toEqual([row('c', { key: 'c' }, 1)]);
    });

    it('stores dead letters with the events that they are about', async () => {
      const parked: ParkedEvent = { key: 'a', event: event as EventEnvelope, state: 'poison', reason: 'why' };
      await store.commit(version, { changed: [row('a')], parked: [parked], moves: [] });
      expect(await contract.deadLetters(version)).toEqual([event!.id]);
    });

    it('lists by a field, sorted, page by page', async () => {
      const rows = Array.from({ length: 7 }, (_, index) =>
        row(`k${index}`, { customerId: 'ada', at: `2026-01-0${1 + Math.floor(index / 2)}` }),
      );
      await commit([...rows, row('x', { customerId: 'bob', at: '2026-01-01' })]);
      const seen: object[] = [];
      for (let after: string | undefined, more = true; more;) {
        const request = { by: 'customerId', value: 'ada', limit: 3, ...(after !== undefined && { after }) };
        const { documents, next } = await store.list(version, request);
        seen.push(...documents);
        after = next;
        more = next !== undefined;
      }
      expect(seen).toEqual(['k6', 'k5', 'k4', 'k3', 'k2', 'k1', 'k0'].map((key) => rows.find((one) => one.key === key)!.document)); // prettier-ignore
    });

    it('lists by any of several values of a field', async () => {
      const tagged = (key: string, ...tags: readonly string[]) => row(key, { tags, at: `2026-01-0${key}` });
      await commit([tagged('3', 'a', 'b'), tagged('1', 'b'), tagged('2', 'c')]);
      const { documents } = await store.list(version, { by: 'tags', value: 'b', limit: 10 });
      expect(documents).toMatchObject([{ tags: ['b'] }, { tags: ['a', 'b'] }]);
    });

    it('scans every document', async () => {
      await commit(Array.from({ length: 25 }, (_, index) => row(`k${index}`, { index })));
      const seen: StoredDocument[] = [];
      for await (const stored of store.scan(version)) seen.push(stored);
      expect(seen.map(({ key }) => key).sort()).toEqual(
        Array.from({ length: 25 }, (_, index) => `k${index}`).sort(),
      );
      expect(seen.find(({ key }) => key === 'k7')).toEqual(row('k7', { index: 7 }, 1));
    });
  });
};
