import { sumOf } from '@bankside/std';
import { startBacking } from '@bankside/tools';
import type { Pool } from 'pg';
import type { RunOptions, Figures, Results, Measurement, Row } from '../harness/measurement';
import { alternate } from '../harness/rounds';
import { appendOf, storedOf } from '../fixtures/commits';
import { startPipeline, type Pipeline } from '../fixtures/pipeline';
import { stopAtEnd } from '../fixtures/until-stopped';

const PARTITIONS = [1, 2, 4];
const STREAMS = 1_000;
const PER_STREAM = 10;
const PATIENCE_MS = 60_000;

/** Inserts commits of many streams in one transaction, so that the relay finds all of them at once. */
const BURST = `
  insert into state (key, value, etag)
  select 's/' || stream || '/' || lpad(revision::text, 10, '0'),
    convert_to(replace($4, '$stream', stream), 'UTF8'), gen_random_uuid()
  from (select 'account-' || n as stream from generate_series(1, $1::int) as n) as streams,
    generate_series($2::int + 1, $2::int + $3::int) as revision`;

const run = async ({ owner, arrived, notify }: Pipeline, before: number): Promise<Figures> => {
  const events = STREAMS * PER_STREAM;
  const all = arrived.next(events, PATIENCE_MS);
  const commit = JSON.stringify(storedOf(appendOf('$stream', 1).commit!));
  await owner.query(BURST, [STREAMS, before, PER_STREAM, commit]);
  const begun = performance.now();
  notify();
  await all;
  return { throughput: (events / (performance.now() - begun)) * 1_000 };
};

const SIZES = `
  select relname as table,
    pg_total_relation_size(oid) / case relname when 'outbox' then 1e6 else (select count(*) from feed) end as bytes
  from pg_class where oid in ('state'::regclass, 'feed'::regclass, 'outbox'::regclass, 'feed_chain'::regclass) order by relname`;

const CHAIN = 'table feed_chain';

/** Disk space with all indexes. Bytes per event equal megabytes per million events. The outbox is emptied and does not grow. */
const sizesOf = async (pool: Pool): Promise<readonly Row[]> => {
  await pool.query('vacuum state, feed, feed_chain, outbox');
  const { rows } = await pool.query<{ table: string; bytes: string }>(SIZES);
  return rows.map(({ table, bytes }) => ({
    subject: `table ${table}`,
    figure: 'disk',
    unit: 'MB a million events',
    samples: [Number(bytes)],
  }));
};

const measureFeeds = async ({ log, rounds = 3 }: RunOptions): Promise<Results> => {
  const { env, stop } = await startBacking({ postgres: true, redis: true });
  stopAtEnd({ stop });
  const at = { adminUrl: env['BANKSIDE_TEST_POSTGRES']!, brokerUrl: env['BANKSIDE_TEST_REDIS']! };
  const subjects: { name: string; run: () => Promise<Figures>; pipeline: Pipeline }[] = [];
  for (const partitions of PARTITIONS) {
    const pipeline = stopAtEnd(await startPipeline(at, { appId: `feed-${partitions}`, partitions }));
    let done = 0;
    subjects.push({
      name: `${partitions} ${partitions === 1 ? 'partition' : 'partitions'}`,
      pipeline,
      run: () => run(pipeline, (done += PER_STREAM) - PER_STREAM),
    });
  }
  const results = await alternate(subjects, { rounds, log });
  const sizes = await sizesOf(subjects[0]!.pipeline.tables);
  return {
    rows: [...results.rows('throughput', 'events/s'), ...sizes],
    goals: [
      {
        name: 'P6',
        what: 'disk of a million events: state, feed and outbox',
        unit: 'MB',
        samples: [sumOf(sizes.filter(({ subject }) => subject !== CHAIN).map(({ samples }) => samples[0]!))],
        atMost: 800,
      },
    ],
    notes: [
      'One process runs the relays and consumers of all partitions, so more partitions gain nothing here.',
      'The outbox is emptied: its size is that of the longest burst. `feed_chain` has the hashes of the audit.',
      'The table `state` excludes the recorded outcomes of commands, which expire after seven days.',
    ],
  };
};

export const feeds: Measurement = {
  name: 'feeds',
  title: 'Feeds: committed events through relay, broker and consumer to a view, by partitions',
  run: measureFeeds,
};
