import { getPostgreSQLEventStore } from '@event-driven-io/emmett-postgresql';
import { deposit } from '../fixtures/commits';

/** Emmett's event store on PostgreSQL with its own pool and default settings. */
export const emmett = async (connectionString: string) => {
  const store = getPostgreSQLEventStore(connectionString);
  await store.schema.migrate();
  return {
    append: (stream: string, revision: number) =>
      store.appendToStream(stream, [deposit(stream)], {
        expectedStreamVersion: revision === 1 ? 'STREAM_DOES_NOT_EXIST' : BigInt(revision - 1),
      }),
    stop: () => store.close(),
  };
};
