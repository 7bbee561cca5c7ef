import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setPriority } from 'node:os';
import { kubernetesSchemas } from '../cluster/kubernetes-schemas';
import { projectRoot } from '../root';
import { reapGroup, releaseGroup } from '../supervision/reaper';
import { FOR_THE_SYSTEM, prepareBinaries } from '../toolchain/binary';
import { duration } from '../toolchain/progress';

type Step = Readonly<{ name: string; npm: readonly string[]; yields?: boolean }>;

const script = (name: string, ...args: readonly string[]): readonly string[] => [
  'run',
  '--silent',
  name,
  ...(args.length > 0 ? ['--', ...args] : []),
];

/**
 * The steps of a stage run at the same time. End-to-end tests and chaos wait for their system much of the time, which
 * leaves the processor to the step beside them: that one `yields`, so that the longer one is not delayed.
 */
const STAGES: readonly (readonly Step[])[] = [
  [
    { name: 'build', npm: script('build') },
    { name: 'types', npm: script('types') },
    { name: 'lint', npm: script('lint') },
    { name: 'unit tests', npm: script('test:unit') },
  ],
  [
    { name: 'integration tests', npm: script('test:int'), yields: true },
    { name: 'end-to-end tests', npm: script('test:e2e') },
  ],
  [
    { name: 'chaos tests', npm: script('test:chaos'), yields: true },
    { name: 'chaos', npm: script('chaos', '--minutes', '2') },
  ],
];
const LOWER_PRIORITY = 5;

type Result = Readonly<{ name: string; passed: boolean; tookMs: number }>;

const npmCommand = (args: readonly string[]): readonly [string, readonly string[]] => {
  const npm = process.env['npm_execpath']; // Set by npm for its scripts; otherwise npm is on PATH.
  return npm === undefined ? ['npm', args] : [process.execPath, [npm, ...args]];
};

/** Runs npm in a process group of its own, which ends with this process. */
const runStep = async ({ name, npm, yields = false }: Step, more: readonly string[]): Promise<Result> => {
  const startedAt = Date.now();
  const [command, args] = npmCommand([...npm, ...more]);
  const child = spawn(command, [...args], {
    cwd: projectRoot,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const { pid } = child;
  if (pid !== undefined) reapGroup(pid);
  if (pid !== undefined && yields) setPriority(pid, LOWER_PRIORITY);
  for (const output of [child.stdout, child.stderr])
    output.on('data', (part: Buffer) => process.stdout.write(part));
  const [code] = (await once(child, 'close')) as [number | null];
  if (pid !== undefined) releaseGroup(pid);
  return { name, passed: code === 0, tookMs: Date.now() - startedAt };
};

/** Runs all checks and tests; `args` are passed to jest. Prints one line for each step and one for the whole. */
export const test = async (args: readonly string[]): Promise<number> => {
  await prepareBinaries([...FOR_THE_SYSTEM, 'helm']);
  await kubernetesSchemas();
  const results: Result[] = [];
  for (const stage of STAGES) {
    process.stdout.write(`\n=== ${stage.map(({ name }) => name).join(', ')}\n`);
    const done = stage.map((step) => {
      const forJest = args.length > 0 && step.name.endsWith('tests');
      return runStep(step, forJest ? ['--', '--passWithNoTests', ...args] : []);
    });
    results.push(...(await Promise.all(done)));
  }
  process.stdout.write('\n');
  for (const { name, passed, tookMs } of results)
    process.stdout.write(`${passed ? 'passed' : 'FAILED'}  ${name} (${duration(tookMs)})\n`);
  const failed = results.filter(({ passed }) => !passed);
  process.stdout.write(
    failed.length === 0 ? 'All passed.\n' : `${failed.length} of ${results.length} failed.\n`,
  );
  return failed.length === 0 ? 0 : 1;
};
