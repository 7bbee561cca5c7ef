import { spawn } from 'node:child_process';
import { once } from 'node:events';
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

/** The steps of a stage run at the same time. */
const STAGES: readonly (readonly Step[])[] = [
  [
    { name: 'types', npm: script('types') },
    { name: 'lint', npm: script('lint') },
    { name: 'unit tests', npm: script('test:unit') },
  ],
  [{ name: 'integration tests', npm: script('test:int') }],
  [{ name: 'end-to-end tests', npm: script('test:e2e') }],
  [{ name: 'chaos tests', npm: script('test:chaos') }],
  [{ name: 'chaos', npm: script('chaos', '--minutes', '2') }],
];

type Result = Readonly<{ name: string; passed: boolean; tookMs: number }>;

const npmCommand = (args: readonly string[]): readonly [string, readonly string[]] => {
  const npm = process.env['npm_execpath']; // Set by npm for its scripts; otherwise npm is on PATH.
  return npm === undefined ? ['npm', args] : [process.execPath, [npm, ...args]];
};

/**
 * Runs npm in a process group of its own, which ends with this process. Returns its exit code.
 * `quietly`: the output is printed at the end, not mixed with that of others.
 */
const runNpm = async (args: readonly string[], quietly: boolean): Promise<number | null> => {
  const [command, all] = npmCommand(args);
  const output = quietly ? 'pipe' : 'inherit';
  const child = spawn(command, [...all], {
    cwd: projectRoot,
    detached: true,
    stdio: ['ignore', output, output],
  });
  const { pid } = child;
  if (pid !== undefined) reapGroup(pid);
  const chunks: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => chunks.push(chunk));
  const [code] = (await once(child, 'close')) as [number | null];
  if (pid !== undefined) releaseGroup(pid);
  process.stdout.write(Buffer.concat(chunks));
  return code;
};

const runStep = async ({ name, npm }: Step, more: readonly string[], quietly: boolean): Promise<Result> => {
  const startedAt = Date.now();
  if (!quietly) process.stdout.write(`\n=== ${name}\n`);
  const code = await runNpm([...npm, ...more], quietly);
  return { name, passed: code === 0, tookMs: Date.now() - startedAt };
};

/** Runs all checks and tests; `args` are passed to jest. Prints one line for each step and one for the whole. */
export const test = async (args: readonly string[]): Promise<number> => {
  await prepareBinaries([...FOR_THE_SYSTEM, 'helm']);
  await kubernetesSchemas();
  const results: Result[] = [];
  for (const stage of STAGES) {
    const together = stage.length > 1;
    if (together) process.stdout.write(`\n=== ${stage.map(({ name }) => name).join(', ')}\n`);
    const done = stage.map((step) => {
      const forJest = args.length > 0 && step.name.endsWith('tests');
      return runStep(step, forJest ? ['--', '--passWithNoTests', ...args] : [], together);
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
