import { randomUUID } from 'node:crypto';
import { loadFor } from '../harness/load';
import type { RunOptions, Results, Measurement, Subject } from '../harness/measurement';
import { alternate } from '../harness/rounds';
import { appendOf } from '../fixtures/commits';
import { startPostgres, startStore } from '../fixtures/store';
import { stopAtEnd } from '../fixtures/until-stopped';
import { emmett } from '../baselines/emmett';
import { plainPostgres } from '../baselines/plain-postgres';

/** Concurrent clients. Each appends to its own stream, one commit at a time. */
const CLIENTS = 64;
const ROUND_MS = 3_000;

const GROUPED = 'Bankside, commits in groups';
const SINGLE = 'Bankside, one commit a transaction';
const EMMETT = 'Emmett on PostgreSQL';
const PLAIN = 'PostgreSQL, one insert a command';

type Append = (stream: string, revision: number) => Promise<unknown>;

const subjectOf = (name: string, append: Append): Subject => ({
  name,
  run: async () => {
    const run = randomUUID();
    const { perSecond, p50Ms, p99Ms } = await loadFor(ROUND_MS, CLIENTS, (client, turn) =>
      append(`account-${run}-${client}`, turn + 1),
    );
    return { appends: perSecond, p50: p50Ms, p99: p99Ms };
  },
});

const measureAppends = async ({ log, rounds = 5 }: RunOptions): Promise<Results> => {
  const postgres = stopAtEnd(await startPostgres());
  const store = stopAtEnd(await startStore(postgres));
  const baselines = {
    emmett: stopAtEnd(await emmett(await postgres.database('emmett'))),
    plain: stopAtEnd(await plainPostgres(await postgres.database('plain'))),
  };
  const results = await alternate(
    [
      subjectOf(GROUPED, (stream, revision) => store.grouped.append(appendOf(stream, revision))),
      subjectOf(SINGLE, (stream, revision) => store.single.append(appendOf(stream, revision))),
      subjectOf(EMMETT, baselines.emmett.append),
      subjectOf(PLAIN, baselines.plain.append),
    ],
    { rounds, log },
  );
  return {
    rows: [...results.rows('appends', '/s'), ...results.rows('p50', 'ms'), ...results.rows('p99', 'ms')],
    goals: [
      {
        name: 'P1',
        what: 'appends over Emmett',
        samples: results.ratio('appends', GROUPED, EMMETT),
        atLeast: 3,
      },
      {
        name: 'P1',
        what: 'appends over one insert a command',
        samples: results.ratio('appends', GROUPED, PLAIN),
        atLeast: 0.9,
      },
    ],
    notes: ['In the same transaction Bankside also writes the outcome of the command and the outbox row.'],
  };
};

export const appends: Measurement = {
  name: 'appends',
  title: `Appends: ${CLIENTS} concurrent commands, one event each`,
  run: measureAppends,
};
