import { startBacking } from '@bankside/tools';
import type { Projection } from '@bankside/projections';
import { customerProfile } from '@bankside/projection/views/customer-profile';
import { statement } from '@bankside/projection/views/statement';
import type { RunOptions, Figures, Results, Measurement, Row } from '../harness/measurement';
import { startOwner } from '../fixtures/owner';
import { rebuildView } from '../fixtures/replica';
import { stopAtEnd } from '../fixtures/until-stopped';

type Plan = Readonly<{ events: number; rounds: number }>;
/** Only one round for a million events, which takes minutes. */
const PLANS: readonly Plan[] = [
  { events: 10_000, rounds: 3 },
  { events: 100_000, rounds: 2 },
  { events: 1_000_000, rounds: 1 },
];
const VIEWS: readonly Projection[] = [customerProfile, statement];

const count = (value: number): string => value.toLocaleString('en').replaceAll(',', ' ');
const median = (row: Row): number =>
  row.samples.toSorted((a, b) => a - b)[Math.floor(row.samples.length / 2)]!;

const measureRebuild = async ({ log, rounds: asked }: RunOptions): Promise<Results> => {
  const backing = stopAtEnd(await startBacking({ postgres: true, ferretdb: true }));
  Object.assign(process.env, backing.env);
  const owner = stopAtEnd(await startOwner());
  const sources = { pullFrom: owner.pullFrom, mongodbUrl: backing.env['BANKSIDE_TEST_MONGODB']! };
  const rows: Row[] = [];
  for (const { events, rounds } of PLANS) {
    await owner.fill(events);
    for (const view of VIEWS) {
      log(`${view.name}, ${count(events)} events`);
      const results: Figures[] = [];
      for (let round = 0; round < (asked ?? rounds); round += 1)
        results.push(await rebuildView(sources, view, events));
      const subject = `${view.name}, ${count(events)} events`;
      for (const [figure, unit] of [
        ['throughput', 'events/s'],
        ['memory', 'MB'],
      ] as const)
        rows.push({ subject, figure, unit, samples: results.map((one) => one[figure]!) });
    }
  }
  const of = (figure: string) => rows.filter((row) => row.figure === figure);
  const speeds = of('throughput');
  return {
    rows: [...speeds, ...of('memory')],
    goals: [
      ...speeds.map((row) => ({
        name: 'P5',
        what: row.subject,
        unit: 'events/s',
        samples: row.samples,
        atLeast: 10_000,
      })),
      ...VIEWS.map(({ name }) => {
        const own = speeds.filter(({ subject }) => subject.startsWith(`${name},`));
        return {
          name: 'P5',
          what: `${name}: speed on the longest feed over that on the shortest`,
          samples: [median(own.at(-1)!) / median(own[0]!)],
          atLeast: 0.9,
        };
      }),
    ],
    notes: ['Memory is that of the benchmark process, which runs the rebuild.'],
  };
};

export const rebuild: Measurement = {
  name: 'rebuild',
  title: 'Rebuild of a view from the feed of its owner',
  run: measureRebuild,
};
