import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setPriority } from 'node:os';
import { kubernetesSchemas } from '../cluster/kubernetes-schemas';
import { projectRoot } from '../root';
import { reapGroup, releaseGroup } from '../supervision/reaper';
import { FOR_THE_SYSTEM, prepareBinaries } from '../toolchain/binary';
import { duration } from '../toolchain/progress';

type Step = Readonly<{ name: string; npm: readonly string[] }>;

const script = (name: string, ...args: readonly string[]): readonly string[] => [
  'run',
  '--silent',
  name,
  ...(args.length > 0 ? ['--', ...args] : []),
];

/** Needed by tests of both lanes. */
const BUILD: Step = { name: 'build', npm: script('build') };
/**
 * Steps that start the whole system, one after the other: no two systems run at the same time. They wait for it much of
 * the time, which leaves the processor to the other lane.
 */
const SYSTEM_LANE: readonly Step[] = [
  { name: 'end-to-end tests', npm: script('test:e2e') },
  { name: 'chaos', npm: script('chaos', '--minutes', '2') },
];
/** Steps at a lower priority, so that they do not delay the longer lane. */
const CHECKS_LANE: readonly Step[] = [
  { name: 'types', npm: script('types') },
  { name: 'lint', npm: script('lint') },
  { name: 'unit tests', npm: script('test:unit') },
  { name: 'integration tests', npm: script('test:int') },
  { name: 'chaos tests', npm: script('test:chaos') },
];
const LOWER_PRIORITY = 5;

type Result = Readonly<{ name: string; passed: boolean; tookMs: number }>;

const lineOf = ({ name, passed, tookMs }: Result): string =>
  `${passed ? 'passed' : 'FAILED'}  ${name} (${duration(tookMs)})\n`;

const npmCommand = (args: readonly string[]): readonly [string, readonly string[]] => {
  const npm = process.env['npm_execpath']; // Set by npm for its scripts; otherwise npm is on PATH.
  return npm === undefined ? ['npm', args] : [process.execPath, [npm, ...args]];
};

/** Runs npm in a process group of its own, which ends with this process. */
const runStep = async (
  { name, npm }: Step,
  { more, isBackground }: Readonly<{ more: readonly string[]; isBackground: boolean }>,
): Promise<Result> => {
  const startedAt = Date.now();
  const forJest = more.length > 0 && name.endsWith('tests') ? ['--', '--passWithNoTests', ...more] : [];
  const [command, args] = npmCommand([...npm, ...forJest]);
  const child = spawn(command, [...args], {
    cwd: projectRoot,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const { pid } = child;
  if (pid !== undefined) reapGroup(pid);
  if (pid !== undefined && isBackground) setPriority(pid, LOWER_PRIORITY);
  const parts: Buffer[] = [];
  for (const output of [child.stdout, child.stderr])
    output.on('data', (part: Buffer) => (isBackground ? parts.push(part) : process.stdout.write(part)));
  const [code] = (await once(child, 'close')) as [number | null];
  if (pid !== undefined) releaseGroup(pid);
  const result = { name, passed: code === 0, tookMs: Date.now() - startedAt };
  process.stdout.write(`${Buffer.concat(parts).toString()}=== ${lineOf(result)}`);
  return result;
};

/**
 * Runs all checks and tests; `args` are passed to jest. The output of the checks' lane appears when a step has ended, so
 * that it does not mix with the other lane's. Prints one line for each step and one for the whole.
 */
export const test = async (args: readonly string[]): Promise<number> => {
  await prepareBinaries([...FOR_THE_SYSTEM, 'helm']);
  await kubernetesSchemas();
  const runLane = async (steps: readonly Step[], isBackground: boolean): Promise<readonly Result[]> => {
    const results: Result[] = [];
    for (const step of steps) results.push(await runStep(step, { more: args, isBackground }));
    return results;
  };
  const results = [
    ...(await runLane([BUILD], false)),
    ...(await Promise.all([runLane(CHECKS_LANE, true), runLane(SYSTEM_LANE, false)])).flat(),
  ];
  process.stdout.write(`\n${results.map(lineOf).join('')}`);
  const failed = results.filter(({ passed }) => !passed);
  process.stdout.write(
    failed.length === 0 ? 'All passed.\n' : `${failed.length} of ${results.length} failed.\n`,
  );
  return failed.length === 0 ? 0 : 1;
};
