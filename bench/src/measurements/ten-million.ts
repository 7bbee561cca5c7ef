import { readFeedPage, relay } from '@bankside/feed';
import { between, randomFrom } from '@bankside/std/random';
import type { Pool } from 'pg';
import { coldDeposit } from '../fixtures/cold-deposit';
import { appendOf, deposit, storedOf } from '../fixtures/commits';
import { startPostgres, startStore, type BenchStore } from '../fixtures/store';
import { stopAtEnd } from '../fixtures/until-stopped';
import type { Measurement, Results, RunOptions, SubjectOfCalls } from '../harness/measurement';
import { elapsedMs } from '../harness/load';
import { interleave } from '../harness/rounds';

const FEW = 10_000;
const MANY = 10_000_000;
const PER_STREAM = 10;
/** Inserted by one statement. */
const CHUNK = 500_000;
/** Commands of each subject in a round. */
const COMMANDS = 300;
const PAGE_EVENTS = 500;
const SOURCE = 'bench';

// Streams grow in turn, as those of a bank do: neighbours in the feed belong to different streams.
const NUMBERS = `
  from (select n, 'account-' || n % ($3::int / ${PER_STREAM}) as stream, 1 + n / ($3::int / ${PER_STREAM}) as revision
    from generate_series($1::int, $1::int + $2::int - 1) as n) as numbered`;
const STATE = `
  insert into state (key, value, etag)
  select 's/' || stream || '/' || lpad(revision::text, 10, '0'),
    convert_to(replace($4, '$stream', stream), 'UTF8'), gen_random_uuid() ${NUMBERS}`;
const FEED = `
  insert into feed (partition, position, stream, revision, type, at, body)
  select 0, n + 1, stream, revision, 'bench.money-deposited.v1', '2026-01-01T00:00:00.000Z', $4::json ${NUMBERS}`;
const CHAIN = `
  insert into feed_chain (partition, number, row_id, stream, revision, position, hash)
  select 0, n + 1, n + 1, stream, revision, n + 1, sha256(stream::bytea) ${NUMBERS}`;

/** Inserts commits as the event store and the relay leave them: in `state`, in the feed and in its chain. */
const fill = async (pool: Pool, commits: number, log: (line: string) => void): Promise<void> => {
  const stored = JSON.stringify(storedOf(appendOf('$stream', 1).commit!));
  const body = JSON.stringify({ data: deposit('account').data });
  await pool.query('alter table state disable trigger feed_outbox');
  for (let first = 0; first < commits; first += CHUNK) {
    const numbers = [first, Math.min(CHUNK, commits - first), commits];
    await Promise.all([
      pool.query(STATE, [...numbers, stored]),
      pool.query(FEED, [...numbers, body]).then(() => pool.query(CHAIN, numbers)),
    ]);
    if (commits > CHUNK) log(`${first + CHUNK} of ${commits} commits`);
  }
  await pool.query('alter table state enable trigger feed_outbox');
  await pool.query('update feed_head set position = $1', [commits]);
  await pool.query('update feed_published set position = $1', [commits]);
  await pool.query('vacuum analyze state, feed, feed_chain');
};

/** A relay that publishes to the benchmark alone, so that the broker is no part of the figure. */
const startRelay = (pool: Pool) => {
  let last = 0;
  let arrived: () => void = () => undefined;
  const { notify, stop } = relay({
    pool,
    source: SOURCE,
    map: (_, { data }) => ({ type: 'bench.money-deposited.v1', data }),
    publish: async (events) => {
      const { feedposition } = events.at(-1)!;
      if (feedposition > last) arrived(); // Not for the repeat of an event.
      last = feedposition;
    },
    partitions: 1,
    onError: (error) => {
      throw new Error('The relay of the benchmark failed.', { cause: error });
    },
  });
  return { notify, stop, nextEvent: (): Promise<void> => new Promise((resolve) => (arrived = resolve)) };
};

const nameOf = (commits: number): string => `${commits.toLocaleString('en').replaceAll(',', ' ')} commits`;

const subjectOf = (
  { grouped, pool }: BenchStore,
  relaying: ReturnType<typeof startRelay>,
  commits: number,
): SubjectOfCalls => {
  const random = randomFrom(commits);
  return {
    name: nameOf(commits),
    call: async () => {
      const stream = `account-${between(random, 0, commits / PER_STREAM - 1)}`;
      const published = relaying.nextEvent();
      const append = await elapsedMs(() => coldDeposit(grouped, stream));
      const feed = await elapsedMs(() => (relaying.notify(), published));
      const after = between(random, 0, commits - PAGE_EVENTS);
      const page = await elapsedMs(() =>
        readFeedPage({ pool, source: SOURCE }, { partition: 0, after, limit: PAGE_EVENTS }),
      );
      return { append, feed, page };
    },
  };
};

const measureTenMillion = async ({ log, rounds = 3 }: RunOptions): Promise<Results> => {
  const postgres = stopAtEnd(await startPostgres());
  const subjects: SubjectOfCalls[] = [];
  for (const commits of [FEW, MANY]) {
    const store = stopAtEnd(await startStore(postgres));
    await fill(store.pool, commits, log);
    const relaying = stopAtEnd(startRelay(store.pool));
    subjects.push(subjectOf(store, relaying, commits));
  }
  const results = await interleave(subjects, { rounds, turns: COMMANDS, log });
  const goal = (figure: string, what: string) => ({
    name: 'P6',
    what: `${what}, ${nameOf(MANY)} over ${nameOf(FEW)}`,
    samples: results.ratio(figure, nameOf(MANY), nameOf(FEW)),
    atMost: 1.1,
  });
  return {
    rows: [...results.rows('append', 'ms'), ...results.rows('feed', 'ms'), ...results.rows('page', 'ms')],
    goals: [
      goal('append', 'load and append'),
      goal('feed', 'from the commit to the feed'),
      goal('page', `a page of ${PAGE_EVENTS} events`),
    ],
    notes: [
      'Calls of the two take turns, one at a time. Medians of commands on random streams of ten commits, and of pages from random positions; one client, empty caches.',
    ],
  };
};

export const tenMillion: Measurement = {
  name: 'ten-million',
  title: 'A database of ten million commits: append, relay and pages of the feed',
  onRequest: true,
  run: measureTenMillion,
};
