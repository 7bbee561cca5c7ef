import { setTimeout as wait } from 'node:timers/promises';
import { orderingClients } from '../fixtures/orders';
import { stopAtEnd } from '../fixtures/until-stopped';
import { cpuDuring, memoryOf, rowsOfParts } from '../fixtures/usage';
import { startWholeSystem } from '../fixtures/whole-system';
import type { Measurement, Results, RunOptions } from '../harness/measurement';

const CLIENTS = 20;
/** Until fallback checks are as rare as they get, and caches and pools have been filled and emptied. */
const SETTLE_MS = 90_000;
const WATCH_MS = 30_000;
const LOAD_MS = 120_000;

type Parts = ReadonlyMap<string, number>;

const measureRest = async ({ log, rounds = 3 }: RunOptions): Promise<Results> => {
  const system = stopAtEnd(await startWholeSystem());
  log('waiting until the system is at rest');
  await wait(SETTLE_MS);
  const cpu: Parts[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    log(`round ${round} of ${rounds}`);
    const { cpu: used } = await cpuDuring(system, () => wait(WATCH_MS));
    cpu.push(new Map([...used].map(([part, ms]) => [part, ms / (WATCH_MS / 1_000)])));
  }
  const start = memoryOf(system);
  log('placing orders');
  const { orderFor } = await orderingClients(system, CLIENTS);
  await orderFor(LOAD_MS);
  log('waiting until the system is at rest again');
  await wait(SETTLE_MS);
  const afterwards = memoryOf(system);
  const total = (samples: readonly Parts[]) => samples.map((parts) => parts.get('total') ?? Number.NaN);
  return {
    rows: [
      ...rowsOfParts('CPU time', 'ms a second', cpu),
      ...rowsOfParts('memory', 'MiB', [start]),
      ...rowsOfParts(`memory after ${LOAD_MS / 60_000} minutes of load`, 'MiB', [afterwards]),
    ],
    goals: [
      {
        name: 'P7',
        what: 'CPU time of the whole system at rest',
        unit: 'ms/s',
        samples: total(cpu),
        atMost: 60,
      },
      { name: 'P7', what: 'memory at rest', unit: 'MiB', samples: total([start]), atMost: 1_126 },
      {
        name: 'P7',
        what: 'memory after load over before',
        samples: [total([afterwards])[0]! / total([start])[0]!],
        atMost: 1.15,
      },
    ],
    notes: [
      'CPU time from /proc, so other programs on the machine change it little. Memory is the sum of proportional set sizes.',
      'sidecars: all twelve. postgres: all of its processes. Everything else is one program.',
      '`npm run bench -- soak` measures memory during an hour of load.',
    ],
  };
};

export const rest: Measurement = {
  name: 'rest',
  title: 'A whole system at rest: CPU time and memory by program',
  run: measureRest,
};
