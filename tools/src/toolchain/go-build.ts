import { execFileSync, spawn } from 'node:child_process';
import { readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { codeOf, PreflightError } from '../errors';
import type { Program } from './programs';

const OUTPUT_LINES_SHOWN = 12;

export const buildEnv = { ...process.env, CGO_ENABLED: '0', GOFLAGS: '-mod=readonly' };

const requirement = ({ name, purpose }: Program, folder: string): string => {
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
    throw new PreflightError(`${requirement(program, folder)}. ${found}.`);
  }
};

type Cause = Readonly<{ pattern: RegExp; advice: string }>;

const CAUSES: readonly Cause[] = [
  {
    pattern: /SECURITY ERROR|checksum mismatch/,
    advice:
      'a downloaded module does not match its checksum in go.sum. Empty the module cache (go clean -modcache) and try again; if it happens again, do not trust the module proxy in GOPROXY',
  },
  {
    pattern: /sum\.golang\.org|reading https?:\S*\/(lookup|tile)\/|verifying (module|go\.mod)/,
    advice:
      'the checksum database could not be reached or does not know a module. Check the network and GOSUMDB (go env GOSUMDB)',
  },
  {
    pattern: /missing go\.sum entry|updates to go\.(mod|sum) needed/,
    advice: 'go.mod and go.sum do not fit each other. Restore both files as they are in the repository',
  },
  {
    pattern: /no space left on device/,
    advice: 'the disk is full. Free some space; the builds and their cache take about 6 GB',
  },
  {
    pattern: /signal: killed|cannot allocate memory/,
    advice: 'the machine ran out of memory. A build needs about 4 GB',
  },
  {
    pattern:
      /dial tcp|no such host|i\/o timeout|TLS handshake|x509:|proxyconnect|connection re(set|fused)|: 4\d\d |: 5\d\d /,
    advice:
      'a module could not be downloaded. Check the network and the module proxy (go env GOPROXY), then run the command again: what is already downloaded is kept',
  },
];

/** The message of a failed build: the likely cause in one sentence, then the end of the output of Go. */
export const buildFailure = (name: string, output: readonly string[]): string => {
  const text = output.join('\n');
  const cause = CAUSES.find(({ pattern }) => pattern.test(text));
  return `${name} could not be built${cause ? `: ${cause.advice}` : ''}. The last lines of go build:\n${text}`;
};

/** Runs Go and passes each line of its messages on. @throws PreflightError with the last lines when it fails */
const runGo = async (
  name: string,
  args: readonly string[],
  folder: string,
  onMessage: (line: string) => void,
): Promise<string> => {
  const go = spawn('go', [...args], { cwd: folder, env: buildEnv, stdio: ['ignore', 'pipe', 'pipe'] });
  const last: string[] = [];
  const output: Buffer[] = [];
  go.stdout.on('data', (chunk: Buffer) => output.push(chunk));
  createInterface({ input: go.stderr }).on('line', (line) => {
    last.push(line);
    if (last.length > OUTPUT_LINES_SHOWN) last.shift();
    onMessage(line);
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    go.once('error', reject);
    go.once('close', resolve);
  });
  if (code !== 0) throw new PreflightError(buildFailure(name, last));
  return Buffer.concat(output).toString();
};

const downloadIn = (line: string): string | undefined =>
  line.startsWith('go: downloading') ? line.slice('go: '.length) : undefined;

/** How many packages a build of the program has to compile, after downloading its modules. @throws PreflightError */
export const packagesToCompile = async (
  program: Program,
  folder: string,
  onDownload: (what: string) => void,
): Promise<number> => {
  checkGo(program, folder);
  const args = ['list', '-trimpath', '-deps', '-f', '{{.Stale}}', program.target];
  const list = await runGo(program.name, args, folder, (line) => onDownload(downloadIn(line) ?? ''));
  return list.split('\n').filter((line) => line === 'true').length;
};

/** Builds the program to `output`, which is created only when the build is complete. @throws PreflightError */
export const goBuild = async (
  program: Program,
  folder: string,
  output: string,
  onCompiled: (packages: number) => void,
): Promise<void> => {
  const unfinished = `${output}.${process.pid}.tmp`;
  const args = ['build', '-v', '-trimpath', ...program.flags, '-o', unfinished, program.target];
  let packages = 0;
  try {
    await runGo(program.name, args, folder, (line) => {
      if (!line.startsWith('go: ')) onCompiled((packages += 1));
    });
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw error;
  }
  renameSync(unfinished, output);
};
