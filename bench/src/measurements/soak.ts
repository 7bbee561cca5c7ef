import { setTimeout as wait } from 'node:timers/promises';
import { orderingClients } from '../fixtures/orders';
import { stopAtEnd } from '../fixtures/until-stopped';
import { memoryOf, rowsOfParts } from '../fixtures/usage';
import { startWholeSystem } from '../fixtures/whole-system';
import type { Measurement, Results, RunOptions } from '../harness/measurement';

const CLIENTS = 20;
const ORDERS_PER_SECOND = 4;
/** Until caches and pools have been filled and emptied. */
const SETTLE_MS = 120_000;
const PERIODS = 12;
const PERIOD_MINUTES = 5;

const measureSoak = async ({ log }: RunOptions): Promise<Results> => {
  const system = stopAtEnd(await startWholeSystem());
  const { orderAtRate } = await orderingClients(system, CLIENTS);
  log('waiting until the system is at rest');
  await wait(SETTLE_MS);
  const start = memoryOf(system);
  const totalOf = (parts: ReadonlyMap<string, number>): number => parts.get('total') ?? Number.NaN;
  const notes: string[] = [];
  const underLoad = [];
  let orders = 0;
  for (let period = 1; period <= PERIODS; period += 1) {
    orders += (await orderAtRate(ORDERS_PER_SECOND, PERIOD_MINUTES * 60_000)).done;
    const memory = memoryOf(system);
    underLoad.push(memory);
    const parts = [...memory].map(([part, mib]) => `${part} ${mib.toFixed(0)}`).join(', ');
    const note = `Minute ${period * PERIOD_MINUTES}, ${orders} orders, MiB: ${parts}`;
    notes.push(note);
    log(note);
  }
  log('waiting until the system is at rest again');
  await wait(SETTLE_MS);
  const afterwards = memoryOf(system);
  return {
    rows: [
      ...rowsOfParts('memory at rest', 'MiB', [start]),
      ...rowsOfParts('memory under load', 'MiB', underLoad),
      ...rowsOfParts('memory at rest again', 'MiB', [afterwards]),
    ],
    goals: [
      {
        name: 'P7',
        what: 'memory after an hour of load over before',
        samples: [totalOf(afterwards) / totalOf(start)],
        atMost: 1.15,
      },
    ],
    notes,
  };
};

export const soak: Measurement = {
  name: 'soak',
  title: `An hour of load, ${ORDERS_PER_SECOND} orders a second: memory by program`,
  onRequest: true,
  run: measureSoak,
};
