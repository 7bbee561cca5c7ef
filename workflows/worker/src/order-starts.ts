import { consumer, postgresSink, type Consumer, type Pull } from '@bankside/feed';
import type { Client } from '@temporalio/client';
import type { Pool } from 'pg';
import { startSagas } from './start-sagas';

export type OrderStartsOptions = Readonly<{
  pool: Pool;
  pull: Pull;
  /** Nothing while Temporal has not answered yet. */
  client: () => Client | undefined;
  onError: (error: unknown) => void;
  checkEveryMs?: number;
}>;

/** Follows the orders: each placed one gets its saga, also those that were placed while this worker or Temporal was away. */
export const orderStarts = ({ pool, client, ...options }: OrderStartsOptions): Consumer =>
  consumer({
    ...options,
    source: 'orders',
    sink: postgresSink(pool, {
      consumer: 'worker',
      source: 'orders',
      // The position moves in a transaction that is open while the sagas are started: it ends after the last start.
      handle: async (_transaction, events) => {
        const temporal = client();
        if (temporal === undefined) throw new Error('Temporal has not answered yet');
        await startSagas(temporal)(events);
      },
    }),
    now: () => new Date(),
  });
