import { createLogger } from '@bankside/runtime';
import { createConnection } from 'mongoose';
import { Pool } from 'pg';
import { projection, type Projection } from '../projection';
import type { View } from '../view';
import { owners } from './owners';

type Databases = Readonly<{ connectionString: string; mongodbUrl: string }>;

/** Replicas of the projection service on real databases of their own, with owners in memory. */
export const replicas = async ({ connectionString, mongodbUrl }: Databases) => {
  const mongodb = createConnection();
  await mongodb.openUri(mongodbUrl, { bufferCommands: false, ignoreUndefined: true, maxPoolSize: 32 });
  const pool = new Pool({ connectionString, max: 20 });
  const feeds = owners();
  const running: Projection[] = [];
  return {
    feeds,
    pool,
    mongodb,
    /** Starts one more. */
    start: async (views: readonly View[]): Promise<Projection> => {
      const { pullFrom } = feeds;
      const logger = createLogger('projection', 'fatal');
      const options = { views, pool, connectionString, mongodb, pullFrom, now: () => new Date(), logger };
      const one = projection(options);
      await one.start();
      running.push(one);
      return one;
    },
    stop: async (): Promise<void> => {
      await Promise.all(running.map((one) => one.stop()));
      await mongodb.dropDatabase();
      await mongodb.close();
      await pool.end();
    },
  };
};

export type Replicas = Awaited<ReturnType<typeof replicas>>;
