import { randomUUID } from 'node:crypto';
import { alertWatch } from '@bankside/metrics/testing';
import { createServiceDatabase, sharedAddress } from '@bankside/tools';
import { Client, Connection } from '@temporalio/client';
import { Pool } from 'pg';
import { Registry } from 'prom-client';
import { attentionRegister } from './attention/register';
import { sagaTrouble } from './attention/saga-trouble';
import { attentionMigrations } from './migrations';
import { observeWorker } from './worker-metrics';

it('NeedsAttention: a saga is terminated, and its compensations have not run', async () => {
  const { url } = await createServiceDatabase('worker', [attentionMigrations]);
  const pool = new Pool({ connectionString: url });
  const connection = await Connection.connect({ address: sharedAddress('TEMPORAL') });
  try {
    const client = new Client({ connection });
    const register = attentionRegister(pool);
    const metrics = new Registry();
    observeWorker(metrics, { worker: () => undefined, open: async () => (await register.counts()).open });
    const alert = alertWatch('NeedsAttention', { worker: () => metrics.metrics() });
    await alert.assertQuiet();

    const workflowId = randomUUID();
    const saga = await client.workflow.start('placeOrder', { workflowId, taskQueue: workflowId, args: [{}] });
    await saga.terminate('a fault');
    const trouble = sagaTrouble({
      register,
      now: Date.now,
      onError: (error) => {
        throw error;
      },
    });
    await trouble.inspect(client, await saga.describe());
    expect(await alert.raised()).toEqual([{}]);
  } finally {
    await Promise.all([pool.end(), connection.close()]);
  }
});
