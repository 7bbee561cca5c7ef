import { execFileSync, spawn } from 'node:child_process';
import { readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { codeOf, PreflightError } from '../errors';
import { progress } from './progress';
import type { Program } from './programs';

const OUTPUT_LINES_SHOWN = 12;

const buildEnv = { ...process.env, CGO_ENABLED: '0', GOFLAGS: '-mod=readonly' };

const needed = ({ name, purpose }: Program, folder: string): string => {
  const version = /^go (\S+)/m.exec(readGoMod(folder))?.[1] ?? '1.26';
  return `${name} (${purpose}) is not on PATH and has to be built, which needs Go ${version} or later (https://go.dev/dl)`;
};

const readGoMod = (folder: string): string => readFileSync(join(folder, 'go.mod'), 'utf8');

const checkGo = (program: Program, folder: string): void => {
  try {
    execFileSync('go', ['env', 'GOVERSION'], {
      cwd: folder,
      env: buildEnv,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  } catch (error) {
    const found = codeOf(error) === 'ENOENT' ? 'There is no go command' : 'The go command here is too old';
    throw new PreflightError(`${needed(program, folder)}. ${found}.`);
  }
};

/** Builds the program to `output`, which appears only when it is complete. */
export const goBuild = async (program: Program, folder: string, output: string): Promise<void> => {
  checkGo(program, folder);
  const unfinished = `${output}.${process.pid}.tmp`;
  const shown = progress(`Building ${program.name} (once, up to ${program.coldMinutes} min)`);
  const args = ['build', '-v', '-trimpath', ...program.flags, '-o', unfinished, program.target];
  const go = spawn('go', args, { cwd: folder, env: buildEnv, stdio: ['ignore', 'ignore', 'pipe'] });
  const lines: string[] = [];
  let packages = 0;
  createInterface({ input: go.stderr }).on('line', (line) => {
    lines.push(line);
    if (lines.length > OUTPUT_LINES_SHOWN) lines.shift();
    if (!line.startsWith('go: ')) packages += 1;
    shown.update(
      line.startsWith('go: downloading') ? line.slice('go: '.length) : `${packages} packages compiled`,
    );
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    go.once('error', reject);
    go.once('close', resolve);
  });
  if (code !== 0) {
    rmSync(unfinished, { force: true });
    shown.end(`Building ${program.name} failed`);
    throw new PreflightError(`go build of ${program.name} in ${folder} failed:\n${lines.join('\n')}`);
  }
  renameSync(unfinished, output);
  shown.end(`Built ${program.name}`);
};
