import { setTimeout as wait } from 'node:timers/promises';
import { signIn } from '@bankside/client';
import { contracts } from '@bankside/contracts';
import { startSystem, type System } from '@bankside/tools';
import { disruptor, type Damage } from './disrupt';
import { databasesOf, readFacts } from './facts';
import { ledger, PATIENCE_MS } from './ledger';
import { startLoad } from './load';
import { quiet } from './quiet';
import { randomFrom } from './random';
import { reckon } from './reckoning';
import { commandsOf, percentile, type Report } from './report';
import { scheduleOf, type Targets } from './schedule';
import { startSoak } from './soak';
import { makeWorld } from './world';

export type RunOptions = Readonly<{
  dataDir: string;
  seed: number;
  minutes: number;
  /** Only load, and a watch on memory, open files and answers. */
  soak?: boolean;
  say: (line: string) => void;
  /** How long everything may take to come to rest. */
  patienceMs?: number;
  /** Programs that run in place of a service's own. */
  programs?: Readonly<Record<string, string>>;
}>;

/** Violations of one kind that the report tells in full. */
const TOLD = 5;
/** An undo that failed for long is tried every 30 seconds. */
const PATIENCE_TO_REST_MS = 150_000;
const PROGRESS_EVERY_MS = 10_000;
type Tell = (line: string) => void;
const owners = Object.keys(contracts);
const total = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((sum, count) => sum + count, 0);

const databasesIn = ({ addresses }: System) => ({
  owners: databasesOf(addresses, owners),
  readers: databasesOf(addresses, Object.keys(addresses.services)),
});

const clientsOf = async ({ addresses }: System) => {
  const options = { gatewayUrl: addresses.gatewayUrl! };
  const staff = { role: ['teller', 'operator'] } as const;
  const client = await signIn(staff, { ...options, retryForMs: PATIENCE_MS });
  const operator = await signIn(staff, options);
  return { client, operator, close: () => Promise.all([client.close(), operator.close()]) };
};
type Clients = Awaited<ReturnType<typeof clientsOf>>;

const targetsIn = (system: System): Targets => ({
  processes: [...system.processes().keys()].toSorted(), // They came in the order in which they were ready.
  eventSourced: owners,
});

/** Load and damage, side by side. */
const storm = async (system: System, { client, operator }: Clients, options: RunOptions, tell: Tell) => {
  const { seed, minutes, soak = false } = options;
  const book = ledger(client, `chaos-${seed}`);
  const world = await makeWorld(book, randomFrom(seed));
  const before = book.entries().length;
  const trouble = disruptor(system, operator, tell);
  const progress = setInterval(() => {
    const { sent, accepted, refused, unknown } = commandsOf(book.entries());
    tell(`${sent} commands: ${accepted} accepted, ${refused} refused, ${unknown} unknown`);
  }, PROGRESS_EVERY_MS);
  const load = startLoad(book, world, seed);
  const durationMs = minutes * 60_000;
  const watch = soak ? startSoak(system) : undefined;
  try {
    if (soak) await wait(durationMs);
    else await trouble.run(scheduleOf(seed, durationMs, targetsIn(system)));
    await load.stop();
  } finally {
    clearInterval(progress);
  }
  const soaked = watch?.stop(book.entries().slice(before));
  return { book, trouble, soaked };
};

const damageReport = ({ kills, recoveryMs, pauses, brokerWipes, faults }: Damage) => ({
  kills: { total: total(kills), byKind: kills },
  pauses,
  brokerWipes,
  faults,
  recoveryMs: {
    p50: Math.round(percentile(recoveryMs, 0.5)),
    p99: Math.round(percentile(recoveryMs, 0.99)),
    max: Math.round(Math.max(0, ...recoveryMs)),
  },
});

const chaos = async (system: System, clients: Clients, options: RunOptions): Promise<Report> => {
  const { seed, minutes, say, patienceMs = PATIENCE_TO_REST_MS } = options;
  const begun = performance.now();
  const tell = (line: string): void =>
    say(`${((performance.now() - begun) / 1_000).toFixed(1).padStart(6)} s  ${line}`);
  const databases = databasesIn(system);
  const { book, trouble, soaked } = await storm(system, clients, options, tell);
  tell('the load is over; everything may come back');
  const restFrom = performance.now();
  await trouble.restore(owners);
  const { operator } = clients;
  const restless = await quiet({ book, operator, patienceMs, ...databases }, tell);
  const quietSeconds = Math.round((performance.now() - restFrom) / 1_000);
  const facts = await readFacts(system.addresses, owners);
  const { lost } = trouble.damage();
  const problems = await reckon({ facts, book, operator, ...databases, restless, lost }, tell);
  return {
    seed,
    minutes,
    ...damageReport(trouble.damage()),
    commands: commandsOf(book.entries()),
    events: facts.all.length,
    orders: { placed: facts.of('OrderPlaced').length, confirmed: facts.of('OrderConfirmed').length },
    quietSeconds,
    ...(soaked && { soak: soaked }),
    violations: Object.fromEntries(Object.entries(problems).map(([name, found]) => [name, found.length])),
    firstViolations: Object.values(problems).flatMap((found) => found.slice(0, TOLD)),
  };
};

/** The whole system on data of its own, under load, while it is taken apart; and then the reckoning. */
export const runChaos = async (options: RunOptions): Promise<Report> => {
  const { dataDir, programs, say } = options;
  say(`starting the system on ${dataDir}`);
  const system = await startSystem({ dataDir, env: { FAULTS: 'enabled' }, ...(programs && { programs }) });
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
