import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { projectRoot } from '../root';
import { withFileLock } from '../supervision/file-lock';
import { buildEstimate } from './build-estimate';
import { goBuild, packagesToCompile } from './go-build';
import { programs, type Installed, type Program, type ProgramName } from './programs';
import { progress } from './progress';

const VERSION_WITHIN_MS = 10_000;

/** Where built programs and downloaded schemas are kept, for every checkout of this machine. */
export const cacheFolder = (): string =>
  join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'bankside');

/** Where installers put programs that they do not put on PATH: Homebrew's folders, and one of the program's own. */
const INSTALL_FOLDERS = ['/opt/homebrew/bin', '/usr/local/bin', '/home/linuxbrew/.linuxbrew/bin'];

const fits = ({ versionArgs, fits: fitting }: Installed, command: string): boolean => {
  try {
    const version = execFileSync(command, [...(versionArgs ?? ['--version'])], {
      encoding: 'utf8',
      timeout: VERSION_WITHIN_MS,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return fitting(version);
  } catch {
    return false; // It does not exist, or does not run on this machine.
  }
};

const installed = ({ installed: wanted }: Program): string | undefined => {
  if (!wanted) return undefined;
  const own = wanted.folderAtHome === undefined ? [] : [join(homedir(), wanted.folderAtHome)];
  const folders = [...own, ...INSTALL_FOLDERS];
  return [wanted.command, ...folders.map((folder) => join(folder, wanted.command))].find((command) =>
    fits(wanted, command),
  );
};

/** The folder of a module with those of our modules that it uses. */
const foldersOf = (folder: string): readonly string[] => [
  folder,
  ...[...readFileSync(join(folder, 'go.mod'), 'utf8').matchAll(/ => (\.\.\/\S+)$/gm)].map(([, path]) =>
    join(folder, path!),
  ),
];

/** The module pins every version, so its files and the flags determine the program, whatever version of Go builds it. */
const fingerprint = (program: Program, folder: string): string => {
  const hash = createHash('sha256').update(
    JSON.stringify([program.target, program.flags, process.platform, process.arch]),
  );
  for (const each of foldersOf(folder))
    for (const file of readdirSync(each).sort()) hash.update(file).update(readFileSync(join(each, file)));
  return hash.digest('hex').slice(0, 16);
};

type Missing = Readonly<{ program: Program; folder: string; output: string }>;

/** The program's build, made or still to be made. */
const builtOrMissing = (program: Program): string | Missing => {
  const folder = join(projectRoot, 'tools', 'go', program.name);
  const output = join(cacheFolder(), `${program.name}-${fingerprint(program, folder)}`);
  return existsSync(output) ? output : { program, folder, output };
};

/** Builds one after another, because a Go build uses every core, and shows one line of progress for all. */
const buildAll = async (missing: readonly Missing[]): Promise<void> => {
  const shown = progress('Reading Go modules');
  const startedAt = Date.now();
  const counts: { packages: number; compiled: number }[] = [];
  try {
    for (const { program, folder } of missing) {
      const packages = await packagesToCompile(program, folder, (what) =>
        shown.update(`${program.name} ${what}`),
      );
      counts.push({ packages, compiled: 0 });
    }
    for (const [at, { program, folder, output }] of missing.entries()) {
      const title = `Building ${program.name} (${at + 1} of ${missing.length})`;
      const count = counts[at] ?? { packages: 0, compiled: 0 };
      const show = () => shown.update(buildEstimate(counts, at, Date.now() - startedAt), title);
      show();
      await withFileLock(
        `${output}.lock`,
        async () => {
          if (existsSync(output)) return;
          await goBuild(program, folder, output, (compiled) => {
            count.compiled = Math.min(compiled, count.packages);
            show();
          });
        },
        () => shown.update('another process is building it; waiting for it', title),
      );
      count.compiled = count.packages;
    }
  } catch (error) {
    shown.end('Building failed');
    throw error;
  }
  shown.end(`Built ${missing.map(({ program }) => program.name).join(', ')}`);
};

const found = new Map<ProgramName, Promise<string>>();

const find = (names: readonly ProgramName[]): void => {
  const missing: Missing[] = [];
  for (const name of names) {
    const place = installed(programs[name]) ?? builtOrMissing(programs[name]);
    if (typeof place === 'string') found.set(name, Promise.resolve(place));
    else missing.push(place);
  }
  if (missing.length === 0) return;
  const built = buildAll(missing);
  for (const { program, output } of missing)
    found.set(
      program.name,
      built.then(() => output),
    );
};

/** The programs that the local platform runs. */
export const FOR_THE_SYSTEM: readonly ProgramName[] = ['redis', 'ferretdb', 'temporal', 'daprd'];

/** Finds each program, and builds those that are not installed. @throws PreflightError */
export const prepareBinaries = async (names: readonly ProgramName[] = FOR_THE_SYSTEM): Promise<void> => {
  find(names.filter((name) => !found.has(name)));
  for (const name of names) await found.get(name);
};

/** The command to run: the installed program when its version fits, otherwise our own build, built now if necessary. */
export const binary = async (name: ProgramName): Promise<string> => {
  await prepareBinaries([name]);
  return found.get(name) ?? Promise.reject(new Error(`${name} is not prepared`));
};
