import { randomUUID } from 'node:crypto';
import { ownBroker, startBacking } from '@bankside/tools';
import { loadOf } from '../harness/load';
import type { RunOptions, Figures, Results, Goal, Measurement, Subject } from '../harness/measurement';
import { alternate } from '../harness/rounds';
import type { Arrivals } from '../fixtures/arrivals';
import { appendOf } from '../fixtures/commits';
import { startPipeline } from '../fixtures/pipeline';
import { startStore, type BenchStore } from '../fixtures/store';
import { stopAtEnd } from '../fixtures/until-stopped';
import { daprOutbox } from '../baselines/dapr-outbox';

const CLIENTS = 64;
/** Events per burst, chosen so that each subject takes some seconds. */
const BURST = 10_000;
const DAPR_BURST = 60;
const TUNED_BURST = 1_000;
/** Events that are sent one at a time. */
const LONELY = 100;
const DAPR_LONELY = 5;
/** Fails the measurement after this time. */
const TIMEOUT_MS = 60_000;

const ALONE = 'Bankside, appends without delivery';
const BANKSIDE = 'Bankside, relay and feed';
const DAPR = "Dapr's outbox, broker by default";
const TUNED = "Dapr's outbox, 256 workers";

type Line = Readonly<{
  name: string;
  append: (stream: string, revision: number) => Promise<void>;
  arrived: Arrivals;
  burst: number;
  lonely: number;
}>;

/** Appends a burst at full speed, then single events, each after the previous one has reached the view. */
const run = async ({ append, arrived, burst, lonely }: Line): Promise<Figures> => {
  const name = randomUUID();
  const perStream = Math.ceil(burst / CLIENTS);
  const begun = performance.now();
  const all = arrived.next(burst, TIMEOUT_MS);
  await loadOf(burst, CLIENTS, (turn) =>
    append(`account-${name}-${turn % CLIENTS}`, 1 + Math.floor(turn / CLIENTS)),
  );
  await all;
  const seconds = (performance.now() - begun) / 1_000;
  const { p50Ms } = await loadOf(lonely, 1, async (turn) => {
    const there = arrived.next(1, TIMEOUT_MS);
    await append(`account-${name}-0`, perStream + turn + 1);
    await there;
  });
  return { throughput: burst / seconds, latency: p50Ms };
};

/** The same burst into a store without relay, broker and view. */
const appendsAlone = (store: BenchStore): Subject => ({
  name: ALONE,
  run: async () => {
    const name = randomUUID();
    const { perSecond } = await loadOf(BURST, CLIENTS, (turn) =>
      store.grouped.append(appendOf(`account-${name}-${turn % CLIENTS}`, 1 + Math.floor(turn / CLIENTS))),
    );
    return { throughput: perSecond };
  },
});

const subjectOf = (line: Line): Subject => ({ name: line.name, run: () => run(line) });

const measureDelivery = async ({ log, rounds = 3 }: RunOptions): Promise<Results> => {
  const { env, stop } = await startBacking({ postgres: true, redis: true });
  stopAtEnd({ stop });
  const at = { adminUrl: env['BANKSIDE_TEST_POSTGRES']!, redisUrl: env['BANKSIDE_TEST_REDIS']! };
  const brokerUrl = await ownBroker(at.redisUrl, ['bench']);
  const ours = stopAtEnd(await startPipeline({ ...at, brokerUrl }, { appId: 'bench' }));
  const [theirs, tuned] = [stopAtEnd(await daprOutbox(at, false)), stopAtEnd(await daprOutbox(at, true))];
  const alone = appendsAlone(stopAtEnd(await startStore(at)));
  const lines = [
    {
      ...ours,
      name: BANKSIDE,
      append: (stream: string, revision: number) => ours.append(appendOf(stream, revision)),
      burst: BURST,
      lonely: LONELY,
    },
    { ...theirs, name: DAPR, burst: DAPR_BURST, lonely: DAPR_LONELY },
    { ...tuned, name: TUNED, burst: TUNED_BURST, lonely: DAPR_LONELY },
  ];
  const results = await alternate([alone, ...lines.map(subjectOf)], { rounds, log });
  const over = (what: string, rival: string, atLeast?: number): Goal => ({
    name: 'P2',
    what,
    samples: results.ratio('throughput', BANKSIDE, rival),
    ...(atLeast !== undefined && { atLeast }),
  });
  const latency = (what: string, subject: string, atMost?: number): Goal => ({
    name: 'P2',
    what,
    unit: 'ms',
    samples: results.samples(subject, 'latency'),
    ...(atMost !== undefined && { atMost }),
  });
  return {
    rows: [...results.rows('throughput', 'events/s'), ...results.rows('latency', 'ms')],
    goals: [
      over('events/s from append to view over appends/s alone', ALONE, 0.7),
      over("events/s over Dapr's outbox as it comes", DAPR),
      over('events/s over the same with 256 workers', TUNED),
      latency('append to view at low load, p50', BANKSIDE, 10),
      latency("the same by Dapr's outbox, p50", DAPR),
    ],
    notes: [
      `Bursts of ${BURST}, ${DAPR_BURST} and ${TUNED_BURST} events by ${CLIENTS} clients, one event a commit.`,
      'The same view for all: a row of PostgreSQL for each account.',
    ],
  };
};

export const delivery: Measurement = {
  name: 'delivery',
  title: 'Delivery: from the append to the view',
  run: measureDelivery,
};
