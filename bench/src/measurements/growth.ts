import { between, randomFrom } from '@bankside/std/random';
import type { Pool } from 'pg';
import type { Measurement, Results, Row, RunOptions, SubjectOfCalls } from '../harness/measurement';
import { elapsedMs } from '../harness/load';
import { interleave } from '../harness/rounds';
import { appendOf, storedOf } from '../fixtures/commits';
import { residentMb } from '../fixtures/memory';
import { startPostgres, startStore, type BenchStore } from '../fixtures/store';
import { coldDeposit } from '../fixtures/cold-deposit';
import { stopAtEnd } from '../fixtures/until-stopped';

const SHORT_COMMITS = 10;
const LONG_COMMITS = 100_000;
const FEW_STREAMS = 1_000;
const MANY_STREAMS = 1_000_000;
/** Commands per subject and round. */
const COMMANDS = 400;
/** The snapshot interval of the command handler. */
const SNAPSHOT_EVERY = 100;

const COMMITS = `
  insert into state (key, value, etag)
  select 's/' || stream || '/' || lpad(revision::text, 10, '0'),
    convert_to(replace($4, '$stream', stream), 'UTF8'), gen_random_uuid()
  from (select $1 || n as stream from generate_series(1, $2::int) as n) as streams,
    generate_series(1, $3::int) as revision`;
const SNAPSHOTS = `
  insert into state (key, value, etag)
  select 'n/' || $1 || n, convert_to($3, 'UTF8'), gen_random_uuid() from generate_series(1, $2::int) as n`;

/** Inserts streams `<prefix>1`, `<prefix>2` … of `commits` commits, each of the size of a deposit. */
const fill = async (pool: Pool, prefix: string, streams: number, commits: number): Promise<void> => {
  const commit = JSON.stringify(storedOf(appendOf('$stream', 1).commit!));
  await pool.query(COMMITS, [prefix, streams, commits, commit]);
  const revision = commits - (commits % SNAPSHOT_EVERY);
  const snapshot = JSON.stringify({ revision, deciderVersion: 1, state: { balanceCents: 1 } });
  if (revision > 0) await pool.query(SNAPSHOTS, [prefix, streams, snapshot]);
  await pool.query('vacuum analyze state');
};

const count = (value: number): string => value.toLocaleString('en').replaceAll(',', ' ');

const measureGrowth = async ({ log, rounds = 5 }: RunOptions): Promise<Results> => {
  const postgres = stopAtEnd(await startPostgres());
  const [lengths, few, many] = [
    stopAtEnd(await startStore(postgres)),
    stopAtEnd(await startStore(postgres)),
    stopAtEnd(await startStore(postgres)),
  ];
  log('filling the databases');
  await fill(lengths.pool, 'short-', rounds + 1, SHORT_COMMITS);
  await fill(lengths.pool, 'long-', 1, LONG_COMMITS + SHORT_COMMITS);
  await fill(few.pool, 'one-', FEW_STREAMS, 1);
  await fill(many.pool, 'one-', MANY_STREAMS, 1);

  const random = randomFrom(MANY_STREAMS);
  const subject = (
    name: string,
    { grouped }: BenchStore,
    streamOf: (round: number) => string,
  ): SubjectOfCalls => ({
    name,
    call: async ({ round }) => ({ latency: await elapsedMs(() => coldDeposit(grouped, streamOf(round))) }),
  });
  const [short, long] = [`stream of ${SHORT_COMMITS} commits`, `stream of ${count(LONG_COMMITS)} commits`];
  const [oneOfFew, oneOfMany] = [
    `one of ${count(FEW_STREAMS)} streams`,
    `one of ${count(MANY_STREAMS)} streams`,
  ];
  const results = await interleave(
    [
      // Both streams grow by the same number of commits per round, so that equally many follow the last snapshot.
      subject(short, lengths, (round) => `short-${round + 1}`),
      subject(long, lengths, () => 'long-1'),
      subject(oneOfFew, few, () => `one-${between(random, 1, FEW_STREAMS)}`),
      subject(oneOfMany, many, () => `one-${between(random, 1, MANY_STREAMS)}`),
    ],
    { rounds, turns: COMMANDS, log },
  );
  const memoryOf = (name: string, store: BenchStore): readonly Row[] => {
    const samples = [residentMb(store.sidecarPid())].filter((one) => one !== undefined);
    return samples.length === 0 ? [] : [{ subject: name, figure: 'memory', unit: 'MB', samples }];
  };
  return {
    rows: [...results.rows('latency', 'ms'), ...memoryOf(oneOfFew, few), ...memoryOf(oneOfMany, many)],
    goals: [
      {
        name: 'P6',
        what: `${long} over ${short}`,
        samples: results.ratio('latency', long, short),
        atMost: 1.1,
      },
      {
        name: 'P6',
        what: `${oneOfMany} over ${oneOfFew}`,
        samples: results.ratio('latency', oneOfMany, oneOfFew),
        atMost: 1.1,
      },
    ],
    notes: [
      'Commands of the four subjects take turns, one at a time.',
      'Memory is that of the sidecar at the end. The state cache of a service is bounded.',
    ],
  };
};

export const growth: Measurement = {
  name: 'growth',
  title: 'Growth: load and append with empty caches, one client, median latency',
  run: measureGrowth,
};
