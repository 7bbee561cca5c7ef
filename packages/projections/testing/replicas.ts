import { createLogger } from '@bankside/runtime';
import { createConnection } from 'mongoose';
import { Pool } from 'pg';
import { projectionHost, type ProjectionHost } from '../src/host';
import type { Projection } from '../src/projection';
import { inMemoryFeeds } from './in-memory-feeds';

type Databases = Readonly<{ connectionString: string; mongodbUrl: string }>;

/** Replicas of the projection service on real databases of their own, with owners in memory. */
export const replicas = async (
  { connectionString, mongodbUrl }: Databases,
  partitionsOf?: (source: string) => number,
) => {
  const mongodb = createConnection();
  await mongodb.openUri(mongodbUrl, { bufferCommands: false, ignoreUndefined: true, maxPoolSize: 32 });
  const pool = new Pool({ connectionString, max: 20 });
  const feeds = inMemoryFeeds(partitionsOf);
  const running: ProjectionHost[] = [];
  return {
    feeds,
    pool,
    mongodb,
    /** Starts one more. `leases`: the address of the database for its connection that holds leases. */
    start: async (projections: readonly Projection[], leases = connectionString): Promise<ProjectionHost> => {
      const { pullFrom: pull } = feeds;
      const logger = createLogger('projection', 'fatal');
      const options = {
        projections,
        pool,
        connectionString: leases,
        mongo: mongodb,
        pull,
        clock: () => new Date(),
        logger,
      };
      const one = projectionHost(options);
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
