import { commandHandler, reject, VersionConflict, type Aggregate } from '@bankside/kernel';
import { appendOf, eventStoreContract } from '@bankside/kernel/testing';
import {
  createServiceDatabase,
  rowsOf,
  sharedAddress,
  startSidecar,
  type TestSidecar,
  until,
  withClient,
} from '@bankside/tools';
import type { ClientBase } from 'pg';
import { commitKey, daprEventStore, type EventStoreOptions } from './event-store';
import { stateMigrations } from './migrations';
import { Outage } from './outage';

const APP = 'dapr-store-test';

let sidecar: TestSidecar;
let databaseUrl: string;
let ownerUrl: string;
const open: { close: () => Promise<void> }[] = [];

const openStore = (extra: Partial<EventStoreOptions> = {}) => {
  const store = daprEventStore({ sidecarUrl: sidecar.httpUrl, store: `${APP}-store`, ...extra });
  open.push(store);
  return store;
};

beforeAll(async () => {
  ({ url: databaseUrl, ownerUrl } = await createServiceDatabase('dapr', [stateMigrations]));
  sidecar = await startSidecar({ appId: APP, databaseUrl });
});

afterAll(async () => {
  await Promise.all(open.map((store) => store.close()));
  await sidecar.stop();
});

eventStoreContract('the Dapr store', async () => openStore());
eventStoreContract('the Dapr store without group commit', async () =>
  openStore({ test: { batchCommits: 1 } }),
);

const rows = (sql: string) => rowsOf<Readonly<Record<string, unknown>>>(databaseUrl, sql);

describe('the rows of the Dapr event store', () => {
  it('have the documented keys, and the commit as plain JSON without what its key has', async () => {
    const one = appendOf('keys-1', 1, { claims: [{ index: 'mobile', value: '07 1/2' }] });
    const store = openStore();
    await store.append(one);
    await store.saveSnapshot('keys-1', {
      revision: 1,
      deciderVersion: 1,
      state: {},
      at: '2026-01-01T00:00:00.000Z',
    });
    const found = await rows(
      `SELECT key, convert_from(value, 'UTF8')::json AS value FROM state WHERE key ~ 'keys-1|07%20' ORDER BY key`,
    );
    expect(found.map(({ key }) => key)).toEqual([
      'c/keys-1%2F1',
      'n/keys-1',
      's/keys-1/0000000001',
      'u/mobile/07%201%2F2',
    ]);
    const { stream: _stream, revision: _revision, ...stored } = one.commit!;
    expect(found[2]!['value']).toEqual(stored);
  });

  it('have row ids in the order of the revisions, which is the order of the feed', async () => {
    await openStore().append(...[1, 2, 3].map((revision) => appendOf('row-ids-1', revision)));
    const found = await rows(`SELECT key FROM state WHERE key LIKE 's/row-ids-1/%' ORDER BY row_id`);
    expect(found.map(({ key }) => key)).toEqual(
      [1, 2, 3].map((revision) => commitKey('row-ids-1', revision)),
    );
  });

  it('release a unique value and claim it again in one append', async () => {
    const store = openStore();
    const key = { index: 'mobile', value: 'again' };
    await store.append(appendOf('again-1', 1, { claims: [key] }));
    await store.append(appendOf('again-1', 2, { claims: [key], releases: [key] }));
    expect(await store.ownerOf(key)).toBe('again-1');
    await expect(store.append(appendOf('again-2', 1, { claims: [key] }))).rejects.toThrow(VersionConflict);
  });

  it('expire for outcomes only, whose command id can be used again then', async () => {
    const store = openStore({ test: { outcomeTtlSeconds: 1 } });
    await store.append(appendOf('ttl-1', 1, { commandId: 'ttl' }));
    const lasting = await rows(`SELECT key FROM state WHERE key LIKE 's/ttl-1/%' AND expires_at IS NULL`);
    expect(lasting).toHaveLength(1);
    await rows(`SELECT pg_sleep_until(expires_at + interval '10 ms') FROM state WHERE key = 'c/ttl'`);
    expect(await store.outcomeOf('ttl')).toBeUndefined();
    await store.append(appendOf('ttl-1', 2, { commandId: 'ttl' }));
    expect(await store.outcomeOf('ttl')).toMatchObject({ revision: 2 });
    expect(await store.read('ttl-1', 0, 10)).toHaveLength(2);
  });

  it('accept an append whose batch contains conflicting ones', async () => {
    const store = openStore();
    await store.append(appendOf('guilty', 1));
    const many = Array.from({ length: 60 }, (_, index) =>
      index % 5 === 0 ? appendOf('guilty', 1, { commandId: `g-${index}` }) : appendOf(`innocent-${index}`, 1),
    );
    const settled = await Promise.allSettled(many.map((one) => store.append(one)));
    expect(settled.map(({ status }) => status)).toEqual(
      many.map((_, index) => (index % 5 === 0 ? 'rejected' : 'fulfilled')),
    );
  });

  it('accept concurrent commits that together exceed the body limit of a sidecar', async () => {
    const store = openStore();
    const text = 'ä'.repeat(600_000);
    await Promise.all(
      Array.from({ length: 20 }, (_, index) => {
        const one = appendOf(`large-${index}`, 1);
        const events = [{ type: 'Happened', version: 1, data: { text } }];
        return store.append({ ...one, commit: { ...one.commit!, events } });
      }),
    );
    expect((await store.read('large-19', 0, 1))[0]!.events[0]!.data).toEqual({ text });
  });
});

describe('a read whose query fails in the database', () => {
  /** Lets every query of the table wait until `work` has ended. */
  const whileLocked = (work: (client: ClientBase) => Promise<void>): Promise<void> =>
    withClient(ownerUrl, async (owner) => {
      await owner.query('begin; lock table state in access exclusive mode');
      await withClient(sharedAddress('POSTGRES'), work);
    });

  /** Ends the connections of queries that wait for the lock. @throws Error if none waits yet */
  const endWaiting = async (client: ClientBase): Promise<void> => {
    const { rowCount } = await client.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = $1 and wait_event_type = 'Lock'`,
      [new URL(databaseUrl).pathname.slice(1)],
    );
    if (rowCount === 0) throw new Error('no query waits');
  };

  it('throws an outage instead of reporting keys as missing', async () => {
    const store = openStore();
    await store.append(appendOf('cut-1', 1));
    // The sidecar prepares the statement, which would wait for the lock, and fail, as well.
    expect(await store.read('cut-1', 0, 2)).toHaveLength(1);
    await whileLocked(async (client) => {
      const reading = Promise.allSettled([store.read('cut-1', 0, 1), store.outcomeOf('cut-1/1')]);
      await until(() => endWaiting(client), { what: 'A query that waits', timeoutMs: 10_000 });
      for (const { status, ...rest } of await reading) {
        expect(status).toBe('rejected');
        expect(rest).toMatchObject({ reason: expect.any(Outage) });
      }
    });
    expect(await store.read('cut-1', 0, 2)).toHaveLength(1);
  });

  it('returns all of a result that the server sends in pieces', async () => {
    const store = openStore();
    await store.append(...Array.from({ length: 60 }, (_, index) => appendOf('pieces-1', index + 1)));
    expect(await store.read('pieces-1', 0, 100)).toHaveLength(60);
  });

  it('ends when many keys are missing, with and without one that exists', async () => {
    const store = openStore();
    await store.append(appendOf('many-1', 1));
    const missing = Array.from({ length: 200 }, (_, index) => `${'missing-'.repeat(8)}${index}`);
    const outcomes = (ids: readonly string[]) => Promise.all(ids.map((id) => store.outcomeOf(id)));
    expect((await outcomes(missing)).filter(Boolean)).toEqual([]);
    expect((await outcomes([...missing, 'many-1/1'])).filter(Boolean)).toHaveLength(1);
  });
});

describe('two replicas that write one stream', () => {
  type State = Readonly<{ free: number; taken: number }>;
  type Command = Readonly<{ type: 'Take'; data: object }>;
  type Event = Readonly<{ type: 'Taken'; data: object }>;
  const PIECES = 60;
  type Types = Readonly<{ state: State; command: Command; event: Event; rejection: 'none-left' }>;
  const aggregate: Aggregate<Types> = {
    version: 1,
    streamOf: (id) => `stock-${id}`,
    initialState: { free: PIECES, taken: 0 },
    decide: (_, { free }) => (free > 0 ? [{ type: 'Taken', data: {} }] : reject('none-left')),
    evolve: ({ free, taken }) => ({ free: free - 1, taken: taken + 1 }),
  };

  it('lose no update and oversell nothing', async () => {
    const replicas = [openStore(), openStore()].map((store) => commandHandler(aggregate, store));
    const outcomes = await Promise.all(
      Array.from({ length: PIECES + 20 }, async (_, index) => {
        const context = { commandId: `take-${index}`, fingerprint: 'f', at: '2026-01-01T00:00:00.000Z' };
        for (;;) {
          try {
            return await replicas[index % 2]!.handle('sku', { type: 'Take', data: {} }, context);
          } catch (error) {
            if (!(error instanceof VersionConflict)) throw error; // The other replica won ten times: retry like a client.
          }
        }
      }),
    );
    const count = (status: string) => outcomes.filter((outcome) => outcome.status === status).length;
    expect([count('accepted'), count('rejected')]).toEqual([PIECES, 20]);
    const { revision, state } = await commandHandler(aggregate, openStore()).load('sku');
    expect({ revision, state }).toEqual({ revision: PIECES, state: { free: 0, taken: PIECES } });
  });
});
