import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

declare global {
  var banksideTestRun: { readonly folder: string; readonly outer: string; projects: number } | undefined;
}

/** Other programs, such as npm, keep caches in the temporary folder. */
const OWN = 'bankside-';

const newRun = (): NonNullable<typeof globalThis.banksideTestRun> => {
  const outer = tmpdir();
  const folder = mkdtempSync(join(outer, `${OWN}run-`));
  chmodSync(folder, 0o711); // PostgreSQL runs as another user when this runs as root.
  process.env['TMPDIR'] = folder;
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  process.once('exit', remove);
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => {
      remove();
      process.kill(process.pid, signal);
    });
  return { folder, outer, projects: 0 };
};

/**
 * Gives the tests of a run of jest, and the processes that they start, a temporary folder that is removed with all
 * contents at the end of the run, however it ends. Each project of jest calls it first, and `endTestRun` last.
 */
export const beginTestRun = (): void => {
  const run = (globalThis.banksideTestRun ??= newRun());
  run.projects += 1;
};

/** @throws Error if tests have left folders of theirs behind */
export const endTestRun = (): void => {
  const run = globalThis.banksideTestRun;
  if (run === undefined) return;
  run.projects -= 1;
  if (run.projects > 0) return;
  globalThis.banksideTestRun = undefined;
  process.env['TMPDIR'] = run.outer;
  const left = readdirSync(run.folder).filter((name) => name.startsWith(OWN));
  rmSync(run.folder, { recursive: true, force: true });
  if (left.length > 0) throw new Error(`Tests have left temporary folders behind: ${left.join(', ')}`);
};
