import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { projectRoot } from '../root';
import { FOR_THE_SYSTEM, prepareBinaries } from '../toolchain/binary';
import { duration } from '../toolchain/progress';

type Step = Readonly<{ name: string; npm: readonly string[] }>;

const STEPS: readonly Step[] = [
  { name: 'types', npm: ['run', '--silent', 'types'] },
  { name: 'lint', npm: ['run', '--silent', 'lint'] },
  { name: 'unit tests', npm: ['run', '--silent', 'test:unit'] },
  { name: 'integration tests', npm: ['run', '--silent', 'test:int'] },
  { name: 'end-to-end tests', npm: ['run', '--silent', 'test:e2e'] },
  { name: 'chaos', npm: ['run', '--silent', 'chaos', '--', '--minutes', '2'] },
];

type Result = Readonly<{ name: string; passed: boolean; tookMs: number }>;

const npm = (args: readonly string[]) => {
  // npm tells its scripts where it is; otherwise it is on PATH.
  const script = process.env['npm_execpath'];
  const [command, all] = script === undefined ? ['npm', args] : [process.execPath, [script, ...args]];
  return spawn(command, [...all], { cwd: projectRoot, stdio: 'inherit' });
};

const run = async ({ name, npm: args }: Step, more: readonly string[]): Promise<Result> => {
  const startedAt = Date.now();
  process.stdout.write(`\n=== ${name}\n`);
  const [code] = (await once(npm([...args, ...more]), 'exit')) as [number | null];
  return { name, passed: code === 0, tookMs: Date.now() - startedAt };
};

/** All checks and tests, one after another. Arguments go to jest. Ends with one line for each and one for all. */
export const test = async (args: readonly string[]): Promise<number> => {
  await prepareBinaries([...FOR_THE_SYSTEM, 'helm']);
  const results: Result[] = [];
  for (const step of STEPS) {
    const forJest = args.length > 0 && step.name.endsWith('tests');
    results.push(await run(step, forJest ? ['--', '--passWithNoTests', ...args] : []));
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
