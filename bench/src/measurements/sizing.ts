import { randomFrom } from '@bankside/std/random';
import type { Measurement, Results, Row } from '../harness/measurement';
import { CPU_MS, LOG_KIB, MESSAGES, ROWS, STORED_KIB } from '../sizing/costs';
import { limits, planFor } from '../sizing/plan';
import { simulate } from '../sizing/simulate';

const RATES = [10, 100, 1_000, 10_000];
const ORDERS = 10_000;
const SEED = 1;
const SECONDS_A_DAY = 86_400;

const subjectOf = (perSecond: number): string =>
  `${perSecond.toLocaleString('en').replaceAll(',', ' ')} orders/s`;

const measureSizing = async ({ log }: { log: (line: string) => void }): Promise<Results> => {
  const rows: Row[] = [];
  const notes: string[] = [];
  for (const perSecond of RATES) {
    const subject = subjectOf(perSecond);
    log(subject);
    const add = (figure: string, unit: string, value: number): void =>
      void rows.push({ subject, figure, unit, samples: [value] });
    const plan = planFor(perSecond);
    const broken = [...limits(perSecond)].filter(([, busy]) => busy >= 1);
    const possible = plan.stations.filter(({ name }) => !broken.some(([one]) => one === name));
    const visits = new Set(possible.map(({ name }) => name));
    const { p50Ms, p99Ms } = simulate({
      stations: possible,
      path: plan.path.filter(({ station }) => visits.has(station)),
      afterwards: plan.afterwards.filter(({ station }) => visits.has(station)),
      perSecond,
      orders: ORDERS,
      random: randomFrom(SEED),
    });
    for (const { name, lanes, servers } of plan.stations)
      add(name, name in CPU_MS ? 'cores' : 'lanes', lanes * servers);
    add('POST to confirmed, p50', 'ms', p50Ms);
    add('POST to confirmed, p99', 'ms', p99Ms);
    add('rows written', 'a second', perSecond * ROWS);
    add('write-ahead log', 'MB/s', (perSecond * LOG_KIB) / 1_024);
    add('broker messages', 'a second', perSecond * MESSAGES);
    add('stored', 'GB a day', (perSecond * STORED_KIB * SECONDS_A_DAY) / 1_024 ** 2);
    for (const [name, busy] of limits(perSecond))
      notes.push(`${subject}: ${name} busy ${Math.round(busy * 100)} %${busy >= 1 ? ': impossible' : ''}`);
  }
  return { rows, notes };
};

export const sizing: Measurement = {
  name: 'sizing',
  title: 'Simulated: what the system needs for a rate of orders, from the measured cost of one',
  run: measureSizing,
};
