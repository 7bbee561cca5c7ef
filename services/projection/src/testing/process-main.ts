import type { EventEnvelope } from '@bankside/contracts';
import { createLogger } from '@bankside/runtime';
import { createConnection } from 'mongoose';
import { Pool } from 'pg';
import { projectionHost } from '@bankside/projections';
import { views } from '../views';
import { pullFromServer } from '@bankside/projections/testing';

// One replica of the views as a process of its own, which a test can kill. Started by `processes`.

export type Databases = Readonly<{ connectionString: string; mongodbUrl: string }>;
/** What a test sends: a message of the broker. */
export type Message = Readonly<{ source: string; events: readonly EventEnvelope[] }>;

const { connectionString, mongodbUrl, ownersUrl, only } = JSON.parse(process.argv[2]!) as Databases &
  Readonly<{ ownersUrl: string; only?: string }>;

const main = async (): Promise<void> => {
  const mongodb = createConnection();
  await mongodb.openUri(mongodbUrl, { bufferCommands: false, ignoreUndefined: true, maxPoolSize: 16 });
  const replica = projectionHost({
    projections: views.filter(({ name }) => only === undefined || name === only),
    pool: new Pool({ connectionString, max: 8 }),
    connectionString,
    mongo: mongodb,
    pull: pullFromServer(ownersUrl),
    clock: () => new Date(),
    logger: createLogger('projection', 'fatal'),
  });
  process.on('message', ({ source, events }: Message) => {
    replica
      .deliver(source)(events)
      .catch(() => undefined); // Not acknowledged: the feeds have it.
  });
  await replica.start();
  process.send!('started');
};

process.on('disconnect', () => process.exit(0));
void main();
