import { consumerMigrations } from '@bankside/feed/migrations';
import { type EventEnvelope } from '@bankside/contracts';
import { inTransaction } from '@bankside/feed';
import { isDeepStrictEqual } from 'node:util';
import { createServiceDatabase, networkProxy, sharedMongodb, until as untilNoThrow } from '@bankside/tools';
import { projectionMigrations } from './migrations';
import { audit } from './audit';
import type { ProjectionHost } from './host';
import { history } from '../testing/history';
import { feedOf, foldAll, type Fact } from '../testing/spec';
import { replicas, type Replicas } from '../testing/replicas';
import { orderSteps } from '../testing/sample-projections';
import type { Projection } from './projection';

let used = 0;
jest.setTimeout(120_000);

const until = (what: string, check: () => Promise<boolean> | boolean, timeoutMs = 30_000) =>
  untilNoThrow(
    async () => {
      if (!(await check())) throw new Error('not yet');
    },
    { what, timeoutMs },
  );
const SOURCES = orderSteps.sources;
const inPostgres: Projection = { ...orderSteps, name: 'order-steps-pg', store: 'postgres' };

const auditOf = async ({ operations }: ProjectionHost, of: Projection) => {
  await operations.versions.refresh();
  const version = operations.versions.active(of)!;
  return audit(version, operations.storeOf(of), await operations.feeds.of(of.sources));
};
/** The events of orders only, so that each order is one document. */
const orderHistory = (orders: number) => history(orders).filter(({ data }) => 'orderId' in data);

/** Ignores failures, as a broker may: the feeds have the events. */
const deliver = (to: ProjectionHost, events: readonly EventEnvelope[]) =>
  Promise.allSettled(events.map((event) => to.deliver(event.source)([event])));
/** Changes a document of the first version outside its writer. */
const spoil = async ({ pool, mongodb }: Replicas, of: Projection, customerId = 'wrong'): Promise<void> => {
  const wrong = { customerId };
  if (of.store === 'mongodb')
    await mongodb
      .collection(`${of.name}.1`)
      .updateMany({ orderId: 'order-1' }, { $set: wrong, $inc: { rev: 1 } });
  else
    await pool.query(
      `update views.order_steps_pg_1 set document = document || $1 where document->>'orderId' = 'order-1'`,
      [wrong],
    );
};
/** Spoils `order-1` until its reader does not see it. @returns its stored customer */
const untilReadFromMemory = async (system: Replicas, reader: ProjectionHost, of: Projection) => {
  let changes = 0;
  await until('a read from memory', async () => {
    const before = await reader.queries(of).get('order-1');
    await spoil(system, of, `customer ${(changes += 1)}`);
    return isDeepStrictEqual(await reader.queries(of).get('order-1'), before);
  });
  return `customer ${changes}`;
};
/** Their replicas notice it at once, unless their connections have fallen silent. */
const endSessionsWithLeases = ({ pool }: Replicas) =>
  pool.query(
    `select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and pid <> pg_backend_pid()
       and database = (select oid from pg_database where datname = current_database())`,
  );
/** Generous, for a loaded machine. */
const PATIENCE_MS = 30_000;

describe.each([
  ['MongoDB', orderSteps],
  ['PostgreSQL', inPostgres],
])('a view in %s', (_store, of) => {
  // prettier-ignore
  let system: Replicas;
  let database: string;
  beforeEach(async () => {
    database = (await createServiceDatabase('projection', [consumerMigrations, projectionMigrations])).url;
    system = await replicas(
      {
        connectionString: database,
        mongodbUrl: sharedMongodb(`projection_${process.pid}_${(used += 1)}`),
      },
      (source) => (source === 'orders' ? 2 : 1),
    );
  });
  afterEach(async () => {
    await system.stop();
  });

  it('equals the plain fold when messages are lost, reordered and sent to any replica', async () => {
    const [one, other] = [await system.start([of]), await system.start([of])];
    const events = system.feeds.commit(feedOf(orderHistory(30)));
    const survivors = events.filter((_event, index) => index % 7 !== 0).reverse();
    await Promise.all([deliver(one, survivors), deliver(other, survivors)]);
    await other.catchUp(of, SOURCES, PATIENCE_MS);
    expect(await auditOf(one, of)).toMatchObject({ equal: true, events: events.length, documents: 30 });
    for (const [key, document] of foldAll(of, events))
      expect(await other.queries(of).get(key)).toEqual(document);
  });

  it('equals the plain fold when both partitions of a source are delivered at once', async () => {
    const perCustomer: Projection = {
      ...of,
      name: `${of.name}-of-customer`,
      keyOf: ({ data }) => data.customerId,
    };
    const replica = await system.start([perCustomer]);
    const placed = feedOf(
      Array.from({ length: 400 }, (_, number): Fact => ({
        type: 'orders.order-cancelled.v1',
        data: { orderId: `order-${number}`, customerId: 'ada', reason: 'changed-my-mind' },
        stream: `order-${number}`,
      })),
    );
    await replica.catchUp(perCustomer, ['orders'], PATIENCE_MS);
    for (let index = 0; index < placed.length; index += 4)
      await deliver(replica, system.feeds.commit(placed.slice(index, index + 4)));
    await replica.catchUp(perCustomer, ['orders'], PATIENCE_MS);
    expect(await auditOf(replica, perCustomer)).toMatchObject({
      equal: true,
      events: placed.length,
      documents: 1,
    });
  });

  it('continues within seconds when the replica that writes it is killed, and applies no event twice', async () => {
    const [one, other] = [await system.start([of]), await system.start([of])];
    const early = system.feeds.commit(feedOf(orderHistory(20)));
    await one.catchUp(of, SOURCES, PATIENCE_MS);
    expect([...one.writers(), ...other.writers()]).toHaveLength(1);
    const holder = one.writers().length === 1 ? one : other;
    const heir = holder === one ? other : one;
    await endSessionsWithLeases(system);
    await until('the other replica', () => holder.writers().length === 0 || heir.writers().length === 1);
    const late = feedOf(orderHistory(25)).filter(({ data }) => !early.some((event) => event.data === data));
    system.feeds.commit(late.filter(({ data }) => Number(/\d+$/.exec((data as { orderId: string }).orderId)![0]) >= 20)); // prettier-ignore
    await heir.catchUp(of, SOURCES, PATIENCE_MS);
    expect(await auditOf(heir, of)).toMatchObject({ equal: true, documents: 25 });
  });

  if (of.store === 'mongodb') {
    it('is read from the memory of the replica that writes it, and from the store at the others', async () => {
      const [one, other] = [await system.start([of]), await system.start([of])];
      system.feeds.commit(feedOf(orderHistory(5)));
      await one.catchUp(of, SOURCES, PATIENCE_MS);
      const [holder, reader] = one.writers().length === 1 ? [one, other] : [other, one];
      const stored = await untilReadFromMemory(system, holder, of);
      expect(await reader.queries(of).get('order-1')).toMatchObject({ customerId: stored });
      expect(await holder.queries(of).get('no-order')).toBeUndefined();
    });

    it('is read from the store by a replica that has lost its lease and has not noticed', async () => {
      const proxy = networkProxy();
      try {
        const { port } = new URL(database);
        const through = new URL(database);
        through.port = String(await proxy.addListener('replica', 'postgres', Number(port)));
        const old = await system.start([of], through.href);
        const changes = feedOf(orderHistory(5).filter(({ type }) => type in of.apply));
        const early = system.feeds.commit(changes.slice(0, -1));
        await old.catchUp(of, SOURCES, PATIENCE_MS);
        const key = of.keyOf(changes.at(-1)!)!;
        await untilReadFromMemory(system, old, of);
        await old.queries(of).get(key);
        proxy.forget(Object.keys(proxy.effects()));
        await endSessionsWithLeases(system);
        const heir = await system.start([of]);
        await until('the heir', () => heir.writers().length === 1);
        const late = system.feeds.commit(changes.slice(-1));
        await heir.catchUp(of, SOURCES, PATIENCE_MS);
        expect(await old.queries(of).get(key)).toEqual(foldAll(of, [...early, ...late]).get(key));
      } finally {
        await proxy.close();
      }
    });
  }

  it('is corrected by a rebuild during reads and writes, and no read goes back in time', async () => {
    const replica = await system.start([of]);
    const [first, ...rest] = orderHistory(120);
    system.feeds.commit(feedOf([first!]));
    await replica.catchUp(of, SOURCES, PATIENCE_MS);
    let writing = true;
    const stepsSeen = new Map<string, number>();
    const read = async (): Promise<void> => {
      while (writing) {
        const document = (await replica.queries(of).get('order-0')) as { steps: unknown[] };
        expect(document.steps.length).toBeGreaterThanOrEqual(stepsSeen.get('order-0') ?? 0);
        stepsSeen.set('order-0', document.steps.length);
      }
    };
    const reading = read();
    const begun: boolean[] = [];
    let rightBefore = true;
    const all = feedOf([first!, ...rest]).slice(1);
    for (let index = 0; index < all.length; index += 20) {
      await deliver(replica, system.feeds.commit(all.slice(index, index + 20)));
      if (index === 200) {
        await spoil(system, of);
        rightBefore = (await auditOf(replica, of)).equal;
        const rebuild = () =>
          inTransaction(system.pool, (client) => replica.operations.registry.rebuild(of, client));
        begun.push(await rebuild(), await rebuild());
      }
    }
    await until('the new version', () => replica.operations.versions.of(of).active?.number === 2);
    writing = false;
    expect({ rightBefore, begun }).toEqual({ rightBefore: false, begun: [true, false] });
    await reading;
    await replica.catchUp(of, SOURCES, PATIENCE_MS);
    expect(await auditOf(replica, of)).toMatchObject({ equal: true, documents: 120 });
    expect(await replica.queries(of).get('order-1')).not.toMatchObject({ customerId: 'wrong' });
  });

  it('is rebuilt at start when its definition has changed, after which the old version is dropped', async () => {
    const old = await system.start([of]);
    system.feeds.commit(feedOf(orderHistory(10)));
    await old.catchUp(of, SOURCES, PATIENCE_MS);
    await old.stop();
    const changed: Projection = {
      ...of,
      schema: { ...of.schema, changed: Boolean },
      version: of.version + 1,
      initial: (key) => ({ ...of.initial(key), changed: true }),
    };
    const replica = await system.start([changed]);
    expect(await replica.queries(changed).get('order-1')).not.toHaveProperty('changed');
    await until('the new definition', async () => (await replica.queries(changed).get('order-1'))!.hasOwnProperty('changed')); // prettier-ignore
    expect(await auditOf(replica, changed)).toMatchObject({ equal: true, documents: 10 });
    await until(
      'the drop of the old one',
      async () => (await replica.operations.registry.all()).length === 1,
      30_000,
    );
  });
});

describe('replicas of five views', () => {
  it('write equally many after each join and leave, and apply each event once', async () => {
    const projections = Array.from({ length: 5 }, (_, index): Projection => ({
      ...inPostgres,
      name: `${inPostgres.name}-${index}`,
    }));
    const url = (await createServiceDatabase('projection', [consumerMigrations, projectionMigrations])).url;
    const system = await replicas({
      connectionString: url,
      mongodbUrl: sharedMongodb(`projection_${process.pid}_shared`),
    });
    try {
      const share = (hosts: readonly ProjectionHost[], loads: readonly number[]) =>
        until(`shares of ${loads.join(', ')}`, () => {
          const written = hosts.map((host) => host.writers().length).toSorted((one, other) => other - one);
          return isDeepStrictEqual(written, loads);
        });
      const first = await system.start(projections);
      await share([first], [5]);
      let writing = true;
      const writer = (async () => {
        for (const fact of feedOf(orderHistory(2_000))) {
          if (!writing) break;
          await deliver(first, system.feeds.commit([fact]));
        }
      })();
      const [second, third] = [await system.start(projections), await system.start(projections)];
      await share([first, second, third], [2, 2, 1]);
      await second.stop();
      await share([first, third], [3, 2]);
      writing = false;
      await writer;
      for (const of of projections) {
        await third.catchUp(of, SOURCES, PATIENCE_MS);
        expect(await auditOf(third, of)).toMatchObject({ equal: true });
      }
    } finally {
      await system.stop();
    }
  });
});
