import { randomUUID } from 'node:crypto';
import { loadFor } from '../harness/load';
import type { RunOptions, Results, Measurement, Subject } from '../harness/measurement';
import { alternate } from '../harness/rounds';
import { appendOf } from '../fixtures/commits';
import { startPostgres, startStore } from '../fixtures/store';
import { stopAtEnd } from '../fixtures/until-stopped';
import { emmett } from '../baselines/emmett';
import { plainPostgres } from '../baselines/plain-postgres';

/** Commands under way at once. Each client appends to a stream of its own, one commit after the other. */
const CLIENTS = 64;
const ROUND_MS = 3_000;

const GROUPED = 'Bankside, commits in groups';
const SINGLE = 'Bankside, one commit a transaction';
const EMMETT = 'Emmett on PostgreSQL';
const PLAIN = 'PostgreSQL, one insert a command';

type Append = (stream: string, revision: number) => Promise<unknown>;

const sideOf = (name: string, append: Append): Subject => ({
  name,
  run: async () => {
    const run = randomUUID();
    const { perSecond, p50Ms, p99Ms } = await loadFor(ROUND_MS, CLIENTS, (client, turn) =>
      append(`account-${run}-${client}`, turn + 1),
    );
    return { appends: perSecond, p50: p50Ms, p99: p99Ms };
  },
});

const measureAppends = async ({ say, rounds = 5 }: RunOptions): Promise<Results> => {
  const postgres = stopAtEnd(await startPostgres());
  const store = stopAtEnd(await startStore(postgres));
  const rivals = {
    emmett: stopAtEnd(await emmett(await postgres.database('emmett'))),
    plain: stopAtEnd(await plainPostgres(await postgres.database('plain'))),
  };
  const found = await alternate(
    [
      sideOf(GROUPED, (stream, revision) => store.grouped.append(appendOf(stream, revision))),
      sideOf(SINGLE, (stream, revision) => store.single.append(appendOf(stream, revision))),
      sideOf(EMMETT, rivals.emmett.append),
      sideOf(PLAIN, rivals.plain.append),
    ],
    { rounds, log: say },
  );
  return {
    rows: [...found.rows('appends', '/s'), ...found.rows('p50', 'ms'), ...found.rows('p99', 'ms')],
    goals: [
      {
        name: 'P1',
        what: 'appends over Emmett',
        samples: found.ratio('appends', GROUPED, EMMETT),
        atLeast: 3,
      },
      {
        name: 'P1',
        what: 'appends over one insert a command',
        samples: found.ratio('appends', GROUPED, PLAIN),
        atLeast: 1,
      },
    ],
    notes: ['Bankside writes in the same transaction the answer to the command and its place in the outbox.'],
  };
};

export const appends: Measurement = {
  name: 'appends',
  title: `Appends: ${CLIENTS} commands under way, one event each`,
  run: measureAppends,
};
