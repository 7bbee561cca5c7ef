import { createConnection } from 'mongoose';
import { Pool } from 'pg';
import { documentWriter } from '../src/document-writer';
import { feedPartitionOf } from '../src/checkpoints';
import { serializeCursor } from '../src/stores/store';
import { mongoStore, listQuery } from '../src/stores/mongo';
import { modelOf } from '../src/stores/mongo-documents';
import { getStatement, postgresStore, loadStatement, listStatement } from '../src/stores/postgres';
import { tableOf } from '../src/stores/postgres-tables';
import { history } from './history';
import { feedOf } from './spec';
import { type Projection, type ProjectionVersion } from '../src/projection';

type Plan = Readonly<{ 'Node Type': string; Plans?: readonly Plan[] }>;
const nodesOf = (plan: Plan): readonly string[] => [
  plan['Node Type'],
  ...(plan.Plans ?? []).flatMap(nodesOf),
];

/** Every query of the projections must use an index, in PostgreSQL and in MongoDB. For jest. */
export const queryPlanContract = (
  projections: readonly Projection[],
  databases: () => Promise<Readonly<{ connectionString: string; mongodbUrl: string }>>,
): void =>
  describe('the plan of every query', () => {
    const connection = createConnection();
    let pool: Pool;
    const events = feedOf(history(400));

    const filled = async (projection: Projection) => {
      const store =
        projection.store === 'mongodb'
          ? mongoStore({ connection, documentsPerCommand: () => 1 }, async () => undefined)
          : postgresStore(pool);
      const version = { projection, number: 1 };
      await store.install(version);
      const feedPartitions = [...new Set(events.map(feedPartitionOf))];
      const runs = feedPartitions.map((feedPartition) => {
        const ofPartition = events.filter((event) => feedPartitionOf(event) === feedPartition);
        return { feedPartition, from: 0, to: ofPartition.length, events: ofPartition };
      });
      await documentWriter({ version, store }).apply(runs);
      await store.createIndexes(version);
      return version;
    };

    beforeAll(async () => {
      const { connectionString, mongodbUrl } = await databases();
      pool = new Pool({ connectionString, max: 4 });
      await connection.openUri(mongodbUrl, { bufferCommands: false });
    });
    afterAll(async () => {
      await connection.dropDatabase();
      await connection.close();
      await pool.end();
    });

    const each = projections.map((one) => [one.name, one] as const);
    const askedBy = ({ lists = [] }: Projection) =>
      lists.flatMap(({ by }) => [
        { by, value: 'x' },
        { by, value: 'x', after: serializeCursor('y', 'z') },
      ]);

    describe.each(each)('of %s in PostgreSQL', (_name, of) => {
      const version: ProjectionVersion = { projection: { ...of, store: 'postgres' }, number: 1 };
      beforeAll(async () => {
        await filled(version.projection);
        await pool.query(`analyze ${tableOf(version)}`);
      });

      const planOf = async (statement: string, values: readonly unknown[]): Promise<readonly string[]> => {
        const client = await pool.connect();
        // PostgreSQL reads small tables whole when that is cheaper; the test is whether it could use an index.
        await client.query('set enable_seqscan = off');
        const { rows } = await client.query<{ 'QUERY PLAN': readonly [{ Plan: Plan }] }>(
          `explain (format json) ${statement}`,
          [...values],
        );
        client.release(true);
        return nodesOf(rows[0]!['QUERY PLAN'][0].Plan);
      };

      it('finds by key in the index', async () => {
        expect(await planOf(getStatement(version), ['x'])).toEqual(['Index Scan']);
        const several = await planOf(loadStatement(version), [['x', 'y']]);
        expect(several.filter((node) => !/Index Scan|Bitmap Heap Scan/.test(node))).toEqual([]);
      });

      it('lists from an index, which sorts unless there are several values', async () => {
        for (const { by, value, after } of askedBy(of)) {
          const cursor = after === undefined ? [] : ['y', 'z'];
          const statement = listStatement(version, by, after !== undefined);
          const nodes = await planOf(statement, [value, 21, ...cursor]);
          const several = of.lists!.find((list) => list.by === by)!.multiValued ?? false;
          expect([by, nodes]).toEqual([
            by,
            several ? ['Limit', 'Sort', 'Bitmap Heap Scan', 'Bitmap Index Scan'] : ['Limit', 'Index Scan'],
          ]);
        }
      });
    });

    const inMongo = each.filter(([, { store }]) => store === 'mongodb');
    it.each(inMongo)('of %s in MongoDB finds by an index', async (_name, of) => {
      const version = await filled(of);
      const model = modelOf(connection, version);
      const lists = askedBy(of).map((request) => listQuery(version, request));
      for (const { filter, order } of [{ filter: { _id: 'x' }, order: {} }, ...lists]) {
        const plan = JSON.stringify(await model.find(filter).sort(order).limit(21).explain());
        expect(plan).toMatch(/Bitmap Index Scan|Index Scan|IXSCAN|IDHACK|EXPRESS/);
        expect(plan).not.toMatch(/Seq Scan|COLLSCAN/);
      }
    });
  });
