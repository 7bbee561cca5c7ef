import { consumerMigrations } from '@bankside/feed/migrations';
import { setTimeout as wait } from 'node:timers/promises';
import type { Pull } from '@bankside/feed';
import { createLogger } from '@bankside/runtime';
import { createServiceDatabase, mongodbDatabase, startBacking } from '@bankside/tools';
import { createConnection } from 'mongoose';
import { Pool } from 'pg';
import { type Projection, projectionHost } from '@bankside/projections';
import { customerProfile } from '@bankside/projection/views/customer-profile';
import { statement } from '@bankside/projection/views/statement';
import { projectionMigrations } from '@bankside/projections/migrations';
import type { RunOptions, Figures, Results, Measurement, Row } from '../harness/measurement';
import { startOwner } from '../fixtures/owner';
import { stopAtEnd } from '../fixtures/until-stopped';

const CONNECTIONS = { mongodb: 32, postgres: 10 };
const LOOK_MS = 5;
const PLACE = 'accounts/0';

type Sources = Readonly<{ pullFrom: (source: string) => Pull; mongodbUrl: string }>;

/** A replica of the projection service with one empty view. */
const startReplica = async ({ pullFrom, mongodbUrl }: Sources, view: Projection) => {
  const { url: connectionString } = await createServiceDatabase('projection', [
    consumerMigrations,
    projectionMigrations,
  ]);
  const pool = new Pool({ connectionString, max: CONNECTIONS.postgres });
  const mongodb = createConnection();
  const name = new URL(connectionString).pathname.slice(1);
  await mongodb.openUri(mongodbDatabase(mongodbUrl, name), {
    bufferCommands: false,
    ignoreUndefined: true,
    maxPoolSize: CONNECTIONS.mongodb,
  });
  const logger = createLogger('projection', 'fatal');
  const now = () => new Date();
  const replica = projectionHost({
    projections: [view],
    pool,
    connectionString,
    mongo: mongodb,
    pull: pullFrom,
    clock: now,
    logger,
  });
  await replica.start();
  return {
    replica,
    stop: async (): Promise<void> => {
      await replica.stop();
      await mongodb.dropDatabase();
      await Promise.all([mongodb.close(), pool.end()]);
    },
  };
};

/** Seconds from the start of the writer until the empty view has all events. */
const build = async (sources: Sources, view: Projection, events: number): Promise<Figures> => {
  const { replica, stop } = await startReplica(sources, view);
  const { versions, storeOf } = replica.operations;
  let most = 0;
  try {
    while (replica.writers().length === 0) await wait(LOOK_MS);
    const begun = performance.now();
    for (;;) {
      const version = versions.active(view)!;
      const standing = await storeOf(view).checkpoints(version);
      most = Math.max(most, process.memoryUsage().rss);
      if ((standing.get(PLACE)?.position ?? 0) >= events) break;
      await wait(LOOK_MS);
    }
    return { throughput: (events / (performance.now() - begun)) * 1_000, memory: most / 2 ** 20 };
  } finally {
    await stop();
  }
};

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
        results.push(await build(sources, view, events));
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
    goals: speeds.map((row) => ({
      name: 'P5',
      what: row.subject,
      unit: 'events/s',
      samples: row.samples,
      atLeast: 10_000,
    })),
    notes: [
      ...VIEWS.map(({ name }) => {
        const [first, ...others] = speeds.filter(({ subject }) => subject.startsWith(`${name},`));
        return `${name}: the longest feed at ${Math.round((median(others.at(-1) ?? first!) / median(first!)) * 100)} % of the speed of the shortest`;
      }),
      'Memory is that of the benchmark process, which runs the rebuild.',
    ],
  };
};

export const rebuild: Measurement = {
  name: 'rebuild',
  title: 'Rebuild of a view from the feed of its owner',
  run: measureRebuild,
};
