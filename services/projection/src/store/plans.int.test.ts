import { createDatabase, sharedAddress } from '@bankside/tools';
import { createConnection } from 'mongoose';
import { Pool } from 'pg';
import { keepLetters } from '../control/letters';
import { installTables } from '../control/tables';
import type { View } from '../view';
import { views } from '../views';
import { writer } from '../runner/writer';
import { history } from '../testing/history';
import { feedOf } from '../testing/spec';
import { placeOf } from '../runner/document';
import { mongoStore } from './mongo-store';
import { cursorOf } from './cursor';
import type { Row } from './mongo-documents';
import { listQuery } from './mongo-list';
import { nameOf, type Generation } from './port';
import { loadStatement, tableOf } from './postgres-documents';
import { listStatement } from './postgres-list';
import { getStatement, postgresStore } from './postgres-store';

jest.setTimeout(120_000);

type Plan = Readonly<{ 'Node Type': string; Plans?: readonly Plan[] }>;
const nodesOf = (plan: Plan): readonly string[] => [
  plan['Node Type'],
  ...(plan.Plans ?? []).flatMap(nodesOf),
];

describe('the plan of every query', () => {
  const connection = createConnection();
  const database = `plans_${process.pid}`;
  let pool: Pool;
  const events = feedOf(history(400));

  const filled = async (view: View) => {
    const store =
      view.store === 'mongodb'
        ? mongoStore({ connection, together: () => 1 }, async () => undefined)
        : postgresStore(pool, keepLetters);
    const generation = { view, number: 1 };
    await store.install(generation);
    const places = [...new Set(events.map(placeOf))];
    const runs = places.map((place) => {
      const ofPlace = events.filter((event) => placeOf(event) === place);
      return { place, from: 0, to: ofPlace.length, events: ofPlace };
    });
    await writer({ generation, store }).apply(runs);
    return generation;
  };

  beforeAll(async () => {
    pool = new Pool({ connectionString: await createDatabase('projection'), max: 4 });
    await installTables(pool);
    await connection.openUri(`${sharedAddress('MONGODB')}/${database}`, { bufferCommands: false });
  });
  afterAll(async () => {
    await connection.dropDatabase();
    await connection.close();
    await pool.end();
  });

  const each = views.map((view) => [view.name, view] as const);
  const askedBy = ({ lists = [] }: View) =>
    lists.flatMap(({ by }) => [
      { by, value: 'x' },
      { by, value: 'x', after: cursorOf('y', 'z') },
    ]);

  describe.each(each)('of %s in PostgreSQL', (_name, of) => {
    const generation: Generation = { view: { ...of, store: 'postgres' }, number: 1 };
    beforeAll(async () => {
      await filled(generation.view);
      await pool.query(`analyze ${tableOf(generation)}`);
    });

    const planOf = async (statement: string, values: readonly unknown[]): Promise<readonly string[]> => {
      const client = await pool.connect();
      // Small tables are read whole if that is cheaper: not being able to do otherwise is what is looked for.
      await client.query('set enable_seqscan = off');
      const { rows } = await client.query<{ 'QUERY PLAN': readonly [{ Plan: Plan }] }>(
        `explain (format json) ${statement}`,
        [...values],
      );
      client.release(true);
      return nodesOf(rows[0]!['QUERY PLAN'][0].Plan);
    };

    it('finds by key in the index', async () => {
      expect(await planOf(getStatement(generation), ['x'])).toEqual(['Index Scan']);
      const several = await planOf(loadStatement(generation), [['x', 'y']]);
      expect(several.filter((node) => !/Index Scan|Bitmap Heap Scan/.test(node))).toEqual([]);
    });

    it('lists from an index, which sorts unless there are several values', async () => {
      for (const { by, value, after } of askedBy(of)) {
        const cursor = after === undefined ? [] : ['y', 'z'];
        const statement = listStatement(generation, by, after !== undefined);
        const nodes = await planOf(statement, [value, 21, ...cursor]);
        const several = of.lists!.find((list) => list.by === by)!.several ?? false;
        expect([by, nodes]).toEqual([
          by,
          several ? ['Limit', 'Sort', 'Bitmap Heap Scan', 'Bitmap Index Scan'] : ['Limit', 'Index Scan'],
        ]);
      }
    });
  });

  it.each(each)('of %s in MongoDB finds by an index', async (_name, of) => {
    const generation = await filled({ ...of, store: 'mongodb' });
    const rows = connection.collection<Row>(nameOf(generation));
    const lists = askedBy(of).map((request) => listQuery(generation, request));
    for (const { filter, order } of [{ filter: { _id: 'x' }, order: {} }, ...lists]) {
      const plan = JSON.stringify(await rows.find(filter).sort(order).limit(21).explain());
      expect(plan).toMatch(/Bitmap Index Scan|Index Scan|IXSCAN|IDHACK|EXPRESS/);
      expect(plan).not.toMatch(/Seq Scan|COLLSCAN/);
    }
  });
});
