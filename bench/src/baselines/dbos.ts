import { createDatabase } from '@bankside/tools';
import type { Invoke } from '@bankside/dapr';
import { DBOS } from '@dbos-inc/dbos-sdk';
import { dbosPlaceOrder, type PaidOrder } from './dbos-place-order';

/** Runs as many empty steps as a saga has, in sequence. */
const bare = async (steps: number): Promise<void> => {
  for (let done = 0; done < steps; done += 1)
    await DBOS.runStep(() => Promise.resolve(), { name: 'nothing' });
};

type DbosOptions = Readonly<{
  /** Of a role that may create the system database. */
  postgresUrl: string;
  /** Calls services with the rights of the saga worker. */
  invoke: Invoke;
}>;

/**
 * Runs workflows of DBOS in this process with its default settings, on a database of its own: a workflow with empty steps, and
 * place-order.
 */
export const startDbos = async ({ postgresUrl, invoke }: DbosOptions) => {
  const runBare = DBOS.registerWorkflow(bare, { name: 'bare' });
  const placeOrder = DBOS.registerWorkflow(dbosPlaceOrder(invoke), { name: 'placeOrder' });
  DBOS.setConfig({
    name: 'bankside-bench',
    systemDatabaseUrl: await createDatabase('dbos', postgresUrl),
    logLevel: 'error',
  });
  await DBOS.launch();
  return {
    bare: (steps: number): Promise<void> => runBare(steps),
    /** Resolves when DBOS has recorded the start. The order's id is that of the workflow, so an order has one. */
    startPlaceOrder: (order: PaidOrder) =>
      DBOS.startWorkflow(placeOrder, { workflowID: order.orderId })(order),
    stop: (): Promise<void> => DBOS.shutdown({ workflowCompletionTimeoutMS: 5_000 }),
  };
};
