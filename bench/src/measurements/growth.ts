import type { Pool } from 'pg';
import { loadOf } from '../harness/load';
import type { RunOptions, Results, Measurement, Subject } from '../harness/measurement';
import { alternate } from '../harness/rounds';
import { appendOf } from '../fixtures/commits';
import { residentMb } from '../fixtures/memory';
import { startPostgres, startStore, type BenchStore } from '../fixtures/store';
import { coldDeposit } from '../fixtures/till';
import { stopAtEnd } from '../fixtures/until-stopped';

const SHORT_COMMITS = 10;
const LONG_COMMITS = 100_000;
const FEW_STREAMS = 1_000;
const MANY_STREAMS = 1_000_000;
/** Of each side in each round. */
const COMMANDS = 400;
/** As the command handler makes them. */
const SNAPSHOT_EVERY = 100;

const COMMITS = `
  insert into state (key, value, etag)
  select 's/' || stream || '/' || lpad(revision::text, 10, '0'),
    convert_to(replace(replace($4, '$stream', stream), '"$revision"', revision::text), 'UTF8'), gen_random_uuid()
  from (select $1 || n as stream from generate_series(1, $2::int) as n) as streams,
    generate_series(1, $3::int) as revision`;
const SNAPSHOTS = `
  insert into state (key, value, etag)
  select 'n/' || $1 || n, convert_to($3, 'UTF8'), gen_random_uuid() from generate_series(1, $2::int) as n`;

/** Streams `<prefix>1`, `<prefix>2` … with that many commits each, as large as those of deposits. */
const fill = async (pool: Pool, prefix: string, streams: number, commits: number): Promise<void> => {
  const commit = JSON.stringify({ ...appendOf('$stream', 1).commit, revision: '$revision' });
  await pool.query(COMMITS, [prefix, streams, commits, commit]);
  const revision = commits - (commits % SNAPSHOT_EVERY);
  const snapshot = JSON.stringify({ revision, deciderVersion: 1, state: { balanceCents: 1 } });
  if (revision > 0) await pool.query(SNAPSHOTS, [prefix, streams, snapshot]);
  await pool.query('vacuum analyze state');
};

const count = (value: number): string => value.toLocaleString('en').replaceAll(',', ' ');

const measureGrowth = async ({ say, rounds = 5 }: RunOptions): Promise<Results> => {
  const postgres = stopAtEnd(await startPostgres());
  const [lengths, few, many] = [
    stopAtEnd(await startStore(postgres)),
    stopAtEnd(await startStore(postgres)),
    stopAtEnd(await startStore(postgres)),
  ];
  say('filling the databases');
  await fill(lengths.pool, 'short-', rounds + 1, SHORT_COMMITS);
  await fill(lengths.pool, 'long-', 1, LONG_COMMITS + SHORT_COMMITS);
  await fill(few.pool, 'one-', FEW_STREAMS, 1);
  await fill(many.pool, 'one-', MANY_STREAMS, 1);

  const side = (name: string, store: BenchStore, next: () => (turn: number) => string): Subject => ({
    name,
    run: async () => {
      const streamOf = next();
      const { p50Ms } = await loadOf(COMMANDS, 1, (turn) => coldDeposit(store.grouped, streamOf(turn)));
      const memory = residentMb(store.sidecarPid());
      return { latency: p50Ms, ...(memory !== undefined && { memory }) };
    },
  });
  const anyOf = (streams: number) => () => () => `one-${1 + Math.floor(Math.random() * streams)}`;
  const [short, long] = [`stream of ${SHORT_COMMITS} commits`, `stream of ${count(LONG_COMMITS)} commits`];
  const [oneOfFew, oneOfMany] = [
    `one of ${count(FEW_STREAMS)} streams`,
    `one of ${count(MANY_STREAMS)} streams`,
  ];
  let round = 0;
  const found = await alternate(
    [
      // Both streams grow by as much in each round, so that there are as many commits behind their last snapshots.
      side(short, lengths, () => {
        round += 1;
        const stream = `short-${round}`;
        return () => stream;
      }),
      side(long, lengths, () => () => 'long-1'),
      side(oneOfFew, few, anyOf(FEW_STREAMS)),
      side(oneOfMany, many, anyOf(MANY_STREAMS)),
    ],
    { rounds, log: say },
  );
  return {
    rows: [
      ...found.rows('latency', 'ms'),
      ...found.rows('memory', 'MB').filter(({ subject: side }) => [oneOfFew, oneOfMany].includes(side)),
    ],
    goals: [
      {
        name: 'P6',
        what: `${long} over ${short}`,
        samples: found.ratio('latency', long, short),
        atMost: 1.1,
      },
      {
        name: 'P6',
        what: `${oneOfMany} over ${oneOfFew}`,
        samples: found.ratio('latency', oneOfMany, oneOfFew),
        atMost: 1.1,
      },
    ],
    notes: ['Memory is that of the sidecar. What a service remembers of streams has a bound of its own.'],
  };
};

export const growth: Measurement = {
  name: 'growth',
  title: 'Growth: load and append with nothing in memory, one after the other, median latency',
  run: measureGrowth,
};
