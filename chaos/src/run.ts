import { setTimeout as wait } from 'node:timers/promises';
import { signIn } from '@bankside/client';
import { contracts } from '@bankside/contracts';
import { kindOfLink, startSystem, type System } from '@bankside/tools';
import { nemesis } from './nemesis';
import { databasesOf, readStoredEvents } from './stored-events';
import { commandHistory, CLIENT_TIMEOUT_MS } from './command-history';
import { startLoad } from './load';
import { startObservers } from './observers';
import { elleHistory } from './histories/elle';
import { observationsOf } from './checks/histories';
import { awaitQuiescence } from './await-quiescence';
import { randomFrom } from '@bankside/std/random';
import { viewNames } from './checks/readers';
import { verifyInvariants } from './verify-invariants';
import { groupBy, percentile, sumOf } from '@bankside/std';
import { commandsOf, type Durations, type RecoveryTimes, type Report } from './report';
import { faultSchedule, type Targets } from './fault-schedule';
import { networkFaults } from './network-schedule';
import { startSoak } from './soak';
import { createPopulation } from './population';
import { isNotReadyInTime, timelineOf, type InjectedDisruption } from './timeline';

export type RunOptions = Readonly<{
  dataDir: string;
  seed: number;
  minutes: number;
  /** Load without faults, while memory, open files and latencies are sampled. */
  soak?: boolean;
  log: (line: string) => void;
  /** How long the system may take to reach quiescence after the load. */
  quiescenceTimeoutMs?: number;
  /** Restarts a broker that is not a process of the system, among the other faults. */
  restartBroker?: (() => Promise<void>) | undefined;
  /** Receives the history of the accounts in the form that elle-cli reads. */
  onHistory?: (json: string) => void;
  /** Programs that replace a service's own, by service. */
  programs?: Readonly<Record<string, string>>;
}>;

/** A compensation that keeps failing is retried every 30 seconds. */
const QUIESCENCE_TIMEOUT_MS = 150_000;
/** Low enough for some transfers to exceed it. */
export const TRANSFER_LIMIT_CENTS = 8_000;
const PROGRESS_EVERY_MS = 10_000;
type Log = (line: string) => void;
const owners = Object.keys(contracts);

export const databasesIn = ({ addresses }: System) => ({
  owners: databasesOf(addresses, owners),
  readers: databasesOf(addresses, Object.keys(addresses.services)),
});

export const clientsOf = async ({ addresses }: System) => {
  const options = { gatewayUrl: addresses.gatewayUrl! };
  const staff = { role: ['teller', 'operator'] } as const;
  const client = await signIn(staff, { ...options, retryForMs: CLIENT_TIMEOUT_MS });
  const operator = await signIn(staff, options);
  return { client, operator, close: () => Promise.all([client.close(), operator.close()]) };
};
export type Clients = Awaited<ReturnType<typeof clientsOf>>;

const targetsIn = (system: System, { restartBroker }: RunOptions): Targets => ({
  processes: [...system.processes().keys()].filter((name) => name !== 'network').toSorted(), // In the order of their names, not of their readiness, so that the seed determines the schedule.
  eventSourced: owners,
  links: groupBy(system.network?.links ?? [], kindOfLink),
  hasSwitches: system.replicas === 1, // One of several replicas gets a call, and another one may get the call that turns its switch off.
  restartsBroker: restartBroker !== undefined,
});

/** Runs the load and injects faults at the same time. */
const runUnderFaults = async (
  system: System,
  { client, operator }: Clients,
  options: RunOptions,
  log: Log,
) => {
  const { seed, minutes, soak = false, restartBroker } = options;
  const history = commandHistory(client, `chaos-${seed}`);
  const world = await createPopulation(history, randomFrom(seed), await viewNames(operator));
  const before = history.entries().length;
  const disruptions = nemesis(system, { operator, restartBroker, log });
  const progress = setInterval(() => {
    const { sent, accepted, rejected, unknown } = commandsOf(history.entries());
    log(`${sent} commands: ${accepted} accepted, ${rejected} rejected, ${unknown} unknown`);
  }, PROGRESS_EVERY_MS);
  const fromMs = performance.now();
  const load = startLoad(history, world, seed);
  const observers = startObservers(client, history, world, seed);
  const durationMs = minutes * 60_000;
  const watch = soak ? startSoak(system) : undefined;
  try {
    if (soak) await wait(durationMs);
    else await disruptions.run(faultSchedule(seed, durationMs, targetsIn(system, options)));
    await load.stop();
    const untilMs = performance.now();
    const seen = await observers.stop();
    const soaked = watch?.stop(history.entries().slice(before));
    return { history, disruptions, seen, soaked, load: { before, fromMs, untilMs } };
  } finally {
    clearInterval(progress);
  }
};

const durationsOf = (ms: readonly number[]): Durations => ({
  p50: Math.round(percentile(ms, 0.5)) || 0,
  p99: Math.round(percentile(ms, 0.99)) || 0,
  max: Math.round(Math.max(0, ...ms)),
});

const recoveryTimes = (
  disruptions: readonly InjectedDisruption[],
  kinds: readonly InjectedDisruption['kind'][],
): RecoveryTimes => {
  const of = (time: 'recoveredMs' | 'undisturbedMs'): Durations =>
    durationsOf(disruptions.flatMap((one) => (kinds.includes(one.kind) ? (one[time] ?? []) : [])));
  return {
    ...of('recoveredMs'),
    undisturbed: of('undisturbedMs'),
    notInTime: disruptions.filter((one) => kinds.includes(one.kind) && isNotReadyInTime(one)).length,
  };
};

const chaos = async (system: System, clients: Clients, options: RunOptions): Promise<Report> => {
  const { seed, minutes, log: write, quiescenceTimeoutMs = QUIESCENCE_TIMEOUT_MS } = options;
  const begun = performance.now();
  const log = (line: string): void =>
    write(`${((performance.now() - begun) / 1_000).toFixed(1).padStart(6)} s  ${line}`);
  const databases = databasesIn(system);
  const { history, disruptions, seen, soaked, load } = await runUnderFaults(system, clients, options, log);
  log('the load has ended; waiting for quiescence');
  const loadEndedAt = performance.now();
  await disruptions.restore(owners);
  const { operator } = clients;
  const pending = await awaitQuiescence(
    { history, operator, timeoutMs: quiescenceTimeoutMs, ...databases },
    log,
  );
  const quiescenceSeconds = Math.round((performance.now() - loadEndedAt) / 1_000);
  const events = await readStoredEvents(system.addresses, owners);
  const { kills, disruptions: injected, lost, ...counts } = disruptions.injected();
  options.onHistory?.(elleHistory(observationsOf(seen, history.entries(), events)));
  const problems = await verifyInvariants(
    {
      events,
      history,
      seen,
      operator,
      ...databases,
      pending,
      lost,
      transferLimitCents: TRANSFER_LIMIT_CENTS,
    },
    log,
  );
  return {
    seed,
    minutes,
    ...counts,
    kills: { total: sumOf(Object.values(kills)), byKind: kills },
    recoveryMs: recoveryTimes(injected, ['kill']),
    healedMs: recoveryTimes(injected, networkFaults),
    commands: commandsOf(history.entries()),
    reads: {
      accounts: seen.accounts.length,
      money: seen.money.length,
      orders: seen.orders.length,
      past: seen.past.length,
    },
    events: events.all.length,
    orders: { placed: events.of('OrderPlaced').length, confirmed: events.of('OrderConfirmed').length },
    quiescenceSeconds,
    timeline: timelineOf({
      entries: history.entries().slice(load.before),
      disruptions: injected,
      fromMs: load.fromMs,
      untilMs: load.untilMs,
    }),
    ...(soaked && { soak: soaked }),
    violations: problems,
  };
};

/** Starts the whole system with fault switches, a network that can fail and a low limit of transfers. */
export const startUnderTest = (options: Pick<RunOptions, 'dataDir' | 'programs'>): Promise<System> =>
  startSystem({
    ...options,
    network: true,
    env: { FAULTS: 'enabled', TRANSFER_LIMIT_CENTS: String(TRANSFER_LIMIT_CENTS) },
  });

/** Starts the whole system on its own data, runs load and faults, then verifies the invariants. */
export const runChaos = async (options: RunOptions): Promise<Report> => {
  const { dataDir, programs, log } = options;
  log(`starting the system on ${dataDir}`);
  const system = await startUnderTest({ dataDir, ...(programs && { programs }) });
  const quit = (): void => void system.stop().then(() => process.exit(130));
  process.once('SIGINT', quit).once('SIGTERM', quit);
  try {
    const clients = await clientsOf(system);
    return await chaos(system, clients, options).finally(clients.close);
  } finally {
    process.off('SIGINT', quit).off('SIGTERM', quit);
    await system.stop();
  }
};
