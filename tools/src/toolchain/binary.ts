import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { projectRoot } from '../root';
import { withFileLock } from '../supervision/file-lock';
import { goBuild } from './go-build';
import { programs, type Program, type ProgramName } from './programs';

const VERSION_WITHIN_MS = 10_000;

/** Where built programs and downloaded schemas are kept, for every checkout of this machine. */
export const cacheFolder = (): string =>
  join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'bankside');

const fromPath = ({ onPath }: Program): string | undefined => {
  if (!onPath) return undefined;
  try {
    const version = execFileSync(onPath.command, [...(onPath.versionArgs ?? ['--version'])], {
      encoding: 'utf8',
      timeout: VERSION_WITHIN_MS,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return onPath.fits(version) ? onPath.command : undefined;
  } catch {
    return undefined; // It does not exist, or does not run on this machine.
  }
};

/** The module pins every version, so its files and the flags determine the program, whatever version of Go builds it. */
const fingerprint = (program: Program, folder: string): string => {
  const hash = createHash('sha256').update(
    JSON.stringify([program.target, program.flags, process.platform, process.arch]),
  );
  for (const file of readdirSync(folder).sort()) hash.update(file).update(readFileSync(join(folder, file)));
  return hash.digest('hex').slice(0, 16);
};

const build = async (program: Program): Promise<string> => {
  const folder = join(projectRoot, 'tools', 'go', program.name);
  const output = join(cacheFolder(), `${program.name}-${fingerprint(program, folder)}`);
  if (existsSync(output)) return output;
  return withFileLock(
    `${output}.lock`,
    async () => {
      if (!existsSync(output)) await goBuild(program, folder, output);
      return output;
    },
    () => process.stderr.write(`Another process is building ${program.name}; waiting for it.\n`),
  );
};

const found = new Map<ProgramName, Promise<string>>();

/** The command to run: the program on PATH when its version fits, otherwise our own build, built now if necessary. */
export const binary = (name: ProgramName): Promise<string> => {
  const known = found.get(name) ?? Promise.resolve(fromPath(programs[name]) ?? build(programs[name]));
  found.set(name, known);
  return known;
};

/** The programs that the local platform runs. */
export const FOR_THE_SYSTEM: readonly ProgramName[] = ['redis', 'ferretdb', 'temporal', 'daprd'];

/** Builds one after another, because a Go build uses every core. */
export const prepareBinaries = async (names: readonly ProgramName[] = FOR_THE_SYSTEM) => {
  for (const name of names) await binary(name);
};
