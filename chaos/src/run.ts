import { signIn } from '@bankside/client';
import { contracts } from '@bankside/contracts';
import { startSystem, type System } from '@bankside/tools';
import { disruptor } from './disrupt';
import { databasesOf, readFacts } from './facts';
import { ledger, PATIENCE_MS } from './ledger';
import { startLoad } from './load';
import { quiet } from './quiet';
import { randomFrom } from './random';
import { reckon } from './reckoning';
import { commandsOf, percentile, type Report } from './report';
import { scheduleOf } from './schedule';
import { makeWorld } from './world';

export type RunOptions = Readonly<{
  dataDir: string;
  seed: number;
  minutes: number;
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
const owners = Object.keys(contracts);
const total = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((sum, count) => sum + count, 0);

const chaos = async (
  system: System,
  { seed, minutes, say, patienceMs = PATIENCE_TO_REST_MS }: RunOptions,
): Promise<Report> => {
  const gatewayUrl = system.addresses.gatewayUrl!;
  const begun = performance.now();
  const tell = (line: string): void =>
    say(`${((performance.now() - begun) / 1_000).toFixed(1).padStart(6)} s  ${line}`);
  const client = await signIn({ role: ['teller', 'operator'] }, { gatewayUrl, patienceMs: PATIENCE_MS });
  const operator = await signIn({ role: ['teller', 'operator'] }, { gatewayUrl });
  try {
    const book = ledger(client, `chaos-${seed}`);
    const world = await makeWorld(book, randomFrom(seed));
    const names = [...system.processes().keys()].toSorted(); // They came in the order in which they were ready.
    const databases = {
      owners: databasesOf(system.addresses, owners),
      readers: databasesOf(system.addresses, Object.keys(system.addresses.services)),
    };
    const trouble = disruptor(system, operator, tell);
    const progress = setInterval(() => {
      const { sent, accepted, refused, unknown } = commandsOf(book.entries());
      tell(`${sent} commands: ${accepted} accepted, ${refused} refused, ${unknown} unknown`);
    }, PROGRESS_EVERY_MS);
    const load = startLoad(book, world, seed);
    await trouble.run(scheduleOf(seed, minutes * 60_000, { processes: names, eventSourced: owners }));
    await load.stop();
    clearInterval(progress);
    tell('the load is over; everything may come back');
    const restFrom = performance.now();
    await trouble.restore(owners);
    const restless = await quiet({ book, operator, patienceMs, ...databases }, tell);
    const quietSeconds = Math.round((performance.now() - restFrom) / 1_000);
    const facts = await readFacts(system.addresses, owners);
    const damage = trouble.damage();
    const problems = await reckon({ facts, book, operator, ...databases, restless, lost: damage.lost }, tell);
    const { kills, recoveryMs, pauses, brokerWipes, faults } = damage;
    return {
      seed,
      minutes,
      kills: { total: total(kills), byKind: kills },
      pauses,
      brokerWipes,
      faults,
      commands: commandsOf(book.entries()),
      events: facts.all.length,
      orders: { placed: facts.of('OrderPlaced').length, confirmed: facts.of('OrderConfirmed').length },
      recoveryMs: {
        p50: Math.round(percentile(recoveryMs, 0.5)),
        p99: Math.round(percentile(recoveryMs, 0.99)),
        max: Math.round(Math.max(0, ...recoveryMs)),
      },
      quietSeconds,
      violations: Object.fromEntries(Object.entries(problems).map(([name, found]) => [name, found.length])),
      firstViolations: Object.values(problems).flatMap((found) => found.slice(0, TOLD)),
    };
  } finally {
    await Promise.all([client.close(), operator.close()]);
  }
};

/** The whole system on data of its own, under load, while it is taken apart; and then the reckoning. */
export const runChaos = async (options: RunOptions): Promise<Report> => {
  const { dataDir, programs, say } = options;
  say(`starting the system on ${dataDir}`);
  const system = await startSystem({ dataDir, env: { FAULTS: 'enabled' }, ...(programs && { programs }) });
  const quit = (): void => void system.stop().then(() => process.exit(130));
  process.once('SIGINT', quit).once('SIGTERM', quit);
  try {
    return await chaos(system, options);
  } finally {
    process.off('SIGINT', quit).off('SIGTERM', quit);
    await system.stop();
  }
};
