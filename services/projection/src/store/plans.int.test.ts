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
import { nameOf } from './port';
import { tableOf } from './postgres-documents';
import { postgresStore } from './postgres-store';

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

  const inPostgres = views.filter(({ store, lists }) => store === 'postgres' && lists);
  it.each(inPostgres.map((view) => [view.name, view] as const))(
    'of %s reads an index only',
    async (_name, view) => {
      const generation = await filled(view);
      await pool.query(`analyze ${tableOf(generation)}`);
      for (const { by, sort } of view.lists!) {
        const client = await pool.connect();
        // Small tables are read whole if that is cheaper: not being able to do otherwise is what is looked for.
        await client.query('set enable_seqscan = off; set enable_sort = off');
        const { rows } = await client.query<{ 'QUERY PLAN': readonly [{ Plan: Plan }] }>(
          `explain (format json) select key, document from ${tableOf(generation)}
         where document->>'${by}' = 'x' and ((document->>'${sort}') collate "C", key) < ('y', 'z')
         order by (document->>'${sort}') collate "C" desc, key desc limit 21`,
        );
        client.release(true);
        expect(nodesOf(rows[0]!['QUERY PLAN'][0].Plan)).toEqual(['Limit', 'Index Scan']);
      }
    },
  );

  const inMongo = views.filter(({ store }) => store === 'mongodb');
  it.each(inMongo.map((view) => [view.name, view] as const))(
    'of %s finds by an index',
    async (_name, view) => {
      const generation = await filled(view);
      const rows = connection.collection(nameOf(generation));
      for (const field of ['_id', ...(view.lists ?? []).map(({ by }) => by)]) {
        const plan = JSON.stringify(await rows.find({ [field]: 'x' } as object).explain());
        expect(plan).toMatch(/Bitmap Index Scan|Index Scan|IXSCAN|IDHACK|EXPRESS/);
        expect(plan).not.toMatch(/Seq Scan|COLLSCAN/);
      }
    },
  );
});
