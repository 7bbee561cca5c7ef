import { between, pick, randomFrom } from '@bankside/std/random';
import { sumOf } from '@bankside/std';
import { NO_EFFECTS } from '@bankside/tools';
import { disruptionKinds } from '../src/nightly/picture';
import type { Report } from '../src/report';
import type { InjectedDisruption } from '../src/timeline';

const PROCESSES = [
  'postgres',
  'redis',
  'worker',
  'gateway',
  'accounts',
  'accounts-dapr',
  'orders',
  'loans-dapr',
];

const disruptionsOf = (seed: number, durationMs: number): readonly InjectedDisruption[] => {
  const random = randomFrom(seed);
  const disruptions: InjectedDisruption[] = [];
  for (let atMs = 1_000; atMs < durationMs; atMs += between(random, 500, 3_000)) {
    const kind = pick(random, ['kill', 'kill', 'kill', ...disruptionKinds] as const);
    const target = kind === 'kill' || kind === 'pause' ? pick(random, PROCESSES) : 'accounts→postgres';
    const forMs = ['kill', 'reset', 'forget', 'wipe-broker', 'restart-broker'].includes(kind)
      ? 0
      : between(random, 500, 20_000);
    const isMeasured = !['pause', 'switches', 'wipe-broker'].includes(kind) && random() < 0.98;
    disruptions.push({
      atMs,
      kind,
      target,
      forMs,
      ...(isMeasured && { recoveredMs: between(random, 200, 9_000) }),
    });
  }
  return disruptions;
};

/** A report as a run of this seed may return it, for tests of what is made of reports. */
export const sampleReport = (seed: number, seconds: number, changes: Partial<Report> = {}): Report => {
  const random = randomFrom(seed);
  const commands = Array.from({ length: seconds }, () => between(random, 5, 40));
  const sent = sumOf(commands);
  const durations = { p50: 900, p99: 5_000, max: 9_000 };
  return {
    seed,
    minutes: seconds / 60,
    kills: { total: 3, byKind: { postgres: 1, service: 2 } },
    pauses: 1,
    brokerWipes: 1,
    brokerRestarts: 0,
    faults: { delayMs: 1 },
    network: { partition: 2 },
    links: [
      {
        kind: 'service→postgres',
        impaired: 9,
        hit: 8,
        withheldBytes: 81_920,
        withheldConnections: 12,
        delayedBytes: 4_096,
        resetConnections: 2,
        forgottenConnections: 1,
      },
      {
        kind: 'worker→temporal',
        impaired: 2,
        hit: 0,
        ...NO_EFFECTS,
      },
    ],
    commands: {
      sent,
      accepted: sent - 40,
      rejected: 40,
      unknownAtFirst: 12,
      unknown: 0,
      byKind: { deposit: { accepted: sent - 40, rejected: 40 } },
      rejections: { 'insufficient-funds': 40 },
    },
    reads: { accounts: 1_000, money: 200, orders: 300, past: 100 },
    events: sent * 2,
    orders: { placed: 40, confirmed: 30 },
    recoveryMs: { ...durations, undisturbed: durations, notInTime: 0 },
    healedMs: { ...durations, undisturbed: durations, notInTime: 0 },
    quiescenceSeconds: 14,
    timeline: {
      commands,
      rejected: commands.map((count) => Math.floor(count / between(random, 4, 12))),
      unknown: commands.map((count) => (random() < 0.25 ? Math.floor(count / 4) : 0)),
      disruptions: disruptionsOf(seed, seconds * 1_000),
    },
    violations: { 'money is conserved': [], 'each account is linearizable': [] },
    ...changes,
  };
};
