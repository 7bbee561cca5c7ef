import { consumerMigrations } from '@bankside/feed/migrations';
import { type EventEnvelope } from '@bankside/contracts';
import { inTransaction } from '@bankside/feed';
import { testSeed } from '@bankside/std/random';
import { createServiceDatabase, sharedMongodb, until } from '@bankside/tools';
import { projectionMigrations } from '@bankside/projections/migrations';
import fc from 'fast-check';
import type { ProjectionHost } from '@bankside/projections';
import {
  type Fact,
  feedOf,
  foldAll,
  type Happening,
  happenings,
  messagesOf,
  type OwnersServer,
  replicas,
  type Replicas,
  serveOwners,
} from '@bankside/projections/testing';
import { processes, type Process, type Processes } from './testing/processes';
import { recorded } from './testing/recorded';
import { views } from './views';
import { statement } from './views/statement';

// A smoke test with few runs, since each starts processes and databases. `TEST_SEED` and `SURVIVAL_RUNS` repeat a
// failure or run it longer; the properties of `deliveryContract` cover the same with memory stores and many runs.

jest.setTimeout(180_000);
/** Generous, for a loaded machine. */
const PATIENCE_MS = 60_000;

const RUNS = Number(process.env['SURVIVAL_RUNS'] ?? 2);
const SEED = testSeed(process.env['TEST_SEED']);

let used = 0;
let system: Replicas;
let owners: OwnersServer;
let replica: Processes;

const begin = async (): Promise<void> => {
  const connectionString = (
    await createServiceDatabase('projection', [consumerMigrations, projectionMigrations])
  ).url;
  const mongodbUrl = sharedMongodb(`survival_${process.pid}_${(used += 1)}`);
  system = await replicas({ connectionString, mongodbUrl });
  owners = await serveOwners(system.feeds);
  replica = await processes({ connectionString, mongodbUrl }, owners.url);
};
const end = async (): Promise<void> => {
  replica.stop();
  await system.stop();
  owners.stop();
};

const documentsOf = async ({ operations: { versions, storeOf } }: ProjectionHost, name: string) => {
  const view = views.find((one) => one.name === name)!;
  const documents = new Map<string, object>();
  for await (const { key, document } of storeOf(view).scan(versions.active(view)!))
    documents.set(key, document);
  return documents;
};

/** The documents as seen by a replica that starts last, once it has caught up. */
const storedDocuments = async (): Promise<ReadonlyMap<string, ReadonlyMap<string, object>>> => {
  const last = await system.start(views);
  await Promise.all(views.map((view) => last.catchUp(view, view.sources, PATIENCE_MS)));
  const all = new Map<string, ReadonlyMap<string, object>>();
  for (const { name } of views) all.set(name, await documentsOf(last, name));
  return all;
};
const folded = (events: readonly EventEnvelope[]) =>
  new Map(views.map((view) => [view.name, foldAll(view, events)]));

/** Two replicas, of which one or the other is killed and started again while messages come to both. */
const survive = async (happened: readonly Happening[]): Promise<void> => {
  const alive: Process[] = [await replica.start(), await replica.start()];
  const committed: EventEnvelope[] = [];
  for (const one of happened) {
    if (one.what === 'commit')
      committed.push(...system.feeds.commit(recorded.slice(committed.length, committed.length + one.events)));
    else if (one.what === 'death') {
      const [victim, ...others] = one.after % 2 === 0 ? alive : alive.toReversed();
      await victim!.kill();
      alive.splice(0, alive.length, ...others, await replica.start());
    } else if (committed.length > 0)
      for (const [source, events] of messagesOf(committed, one.picks))
        alive[one.picks.length % 2]!.deliver({ source, events });
  }
  committed.push(...system.feeds.commit(recorded.slice(committed.length)));
  expect(await storedDocuments()).toEqual(folded(committed));
};

describe('views whose writing processes are killed', () => {
  beforeEach(begin);
  afterEach(end);

  it('equal the plain fold when messages are lost, duplicated, delayed or reordered', () =>
    fc.assert(
      fc.asyncProperty(happenings(15), survive).beforeEach(async () => {
        await end();
        await begin();
      }),
      { numRuns: RUNS, seed: SEED, endOnFailure: true },
    ));

  it('are written by another replica once their writer is killed', async () => {
    system.feeds.commit(recorded.slice(0, 100));
    const holder = await replica.start();
    const writers = async (): Promise<readonly number[]> => {
      const { rows } = await system.pool.query<Readonly<{ pid: number }>>(
        `select pid from pg_locks where locktype = 'advisory' and granted and pid <> pg_backend_pid()
         and database = (select oid from pg_database where datname = current_database())`,
      );
      return rows.map(({ pid }) => pid);
    };
    const allBy = (other?: number) => async (): Promise<void> => {
      const held = await writers();
      if (held.length !== views.length || held.some((pid) => pid === other))
        throw new Error(`held: ${held.length}`);
    };
    await until(allBy(), { what: 'the first replica', timeoutMs: PATIENCE_MS });
    const [first] = await writers();
    await replica.start();
    const shared = async (): Promise<void> => {
      const held = await writers();
      expect([held.length, new Set(held).size]).toEqual([views.length, 2]);
    };
    await until(shared, { what: 'the share of the other replica', timeoutMs: PATIENCE_MS });
    await holder.kill();
    await until(allBy(first), { what: 'the other replica', timeoutMs: PATIENCE_MS });
    const committed = [...recorded.slice(0, 100), ...system.feeds.commit(recorded.slice(100))];
    expect(await storedDocuments()).toEqual(folded(committed));
  });
});

const EVENTS = 30_000;
/** One document each, more than one flush writes. */
const deposits = (): readonly EventEnvelope[] =>
  feedOf(
    Array.from({ length: EVENTS }, (_, index): Fact => {
      const accountNumber = String(1_000_000_000 + (index % 500));
      return {
        type: 'accounts.money-deposited.v1',
        data: {
          accountNumber,
          customerId: 'ada',
          currency: 'EUR',
          depositId: `d-${index}`,
          amountCents: 1,
          balanceCents: 1 + Math.floor(index / 500),
        },
        stream: `account-${accountNumber}`,
      };
    }),
  );

describe('a rebuild whose process is killed', () => {
  beforeEach(begin);
  afterEach(end);

  it('continues in another process from its last checkpoint', async () => {
    const events = system.feeds.commit(deposits());
    const builder = await replica.start(statement.name);
    const reader = await system.start([]);
    const { registry, storeOf } = reader.operations;
    const positionOf = async (number: number): Promise<number> =>
      (await storeOf(statement).checkpoints({ projection: statement, number })).get('accounts/0')?.position ??
      0;
    const untilAt = (number: number, position: number) =>
      until(
        async () => {
          const at = await positionOf(number);
          if (at < position) throw new Error(`at ${at}`);
        },
        { what: `version ${number} at ${position}`, timeoutMs: PATIENCE_MS },
      );
    await untilAt(1, EVENTS);
    owners.pause(100);
    expect(await inTransaction(system.pool, (client) => registry.rebuild(statement, client))).toBe(true);
    await untilAt(2, 1);
    await builder.kill();
    const reached = await positionOf(2);
    expect(reached).toBeLessThan(EVENTS);
    owners.asked();
    owners.pause(0);
    await replica.start(statement.name);
    const active = async () =>
      (await registry.all()).find(
        ({ projection: view, state }) => view === statement.name && state === 'active',
      )?.number;
    await until(
      async () => {
        if ((await active()) !== 2) throw new Error('not switched');
      },
      { what: 'the switch', timeoutMs: PATIENCE_MS },
    );
    // A page of one event only shows how many partitions the feed has.
    const before = owners
      .asked()
      .filter(({ source, after, limit }) => source === 'accounts' && after < reached && limit > 1);
    expect(before).toEqual([]);
    await reader.stop();
    const last = await system.start([statement]);
    await last.catchUp(statement, statement.sources, PATIENCE_MS);
    expect(await documentsOf(last, 'statement')).toEqual(foldAll(statement, events));
  });
});
