import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { codeOf, messageOf, PreflightError } from '../errors';
import { projectRoot } from '../root';
import { tryLock, unlock } from '../supervision/file-lock';

export type DataFolder = Readonly<{
  folder: string;
  logs: string;
  secrets: string;
  /** The addresses of the running system, for other commands. */
  systemFile: string;
  release: () => void;
}>;

/** The data folder of `npm start`. */
export const dataFolder = (): string => process.env['BANKSIDE_DATA'] || join(projectRoot, '.data');

/** Raised by every change after which an older folder cannot be used any more. */
const DATA_FORMAT = '8';

const formatFile = (folder: string): string => join(folder, 'format');
const lockFile = (folder: string): string => join(folder, 'run.lock');
const secretsFile = (folder: string): string => join(folder, 'secrets.json');
const systemFile = (folder: string): string => join(folder, 'system.json');

/** As `mkdir -p`. The `recursive` option of Node loops in a folder such as /proc, in which none can be created. */
const makeFolder = (folder: string): void => {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return;
  if (dirname(folder) !== folder) makeFolder(dirname(folder));
  mkdirSync(folder);
};

/** Not a folder such as /tmp, whose other files are not ours to close. */
const isOurs = (folder: string): boolean => {
  const files = readdirSync(folder);
  return files.length === 0 || files.some((file) => join(folder, file) === formatFile(folder));
};

const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EEXIST: 'there is a file where a folder must be',
  ENOTDIR: 'there is a file where a folder must be',
};
const whyOf = (error: unknown): string => REASONS[codeOf(error) ?? ''] ?? messageOf(error);

/** @throws PreflightError when another version of the system made the folder */
const checkFormat = (folder: string): void => {
  const file = formatFile(folder);
  const found = existsSync(file) ? readFileSync(file, 'utf8').trim() : undefined;
  const isNew = found === undefined && !existsSync(secretsFile(folder));
  if (!isNew && found !== DATA_FORMAT)
    throw new PreflightError(
      `The data in ${folder} is of another version of Bankside (format ${found ?? '1'}; this one uses ${DATA_FORMAT}). Delete the folder for a fresh start, or choose another one with BANKSIDE_DATA.`,
    );
  if (isNew) writeFileSync(file, DATA_FORMAT);
};

/**
 * Locks the folder for this process, and closes it and every file that this process and its children create from now on to
 * other users, whatever the umask was.
 * @throws PreflightError when another system runs on it, another version made it, or it cannot be written
 */
export const takeDataFolder = (folder: string): DataFolder => {
  const lock = lockFile(folder);
  process.umask(0o077);
  try {
    makeFolder(resolve(folder));
    if (isOurs(folder)) chmodSync(folder, 0o700);
    makeFolder(join(resolve(folder), 'logs'));
    if (!tryLock(lock))
      throw new PreflightError(
        `Bankside is already running on ${folder}. Stop it first, with Ctrl-C where it runs.`,
      );
  } catch (error) {
    if (error instanceof PreflightError) throw error;
    throw new PreflightError(`The data folder ${folder} cannot be written: ${whyOf(error)}.`);
  }
  try {
    checkFormat(folder);
  } catch (error) {
    unlock(lock);
    throw error;
  }
  rmSync(systemFile(folder), { force: true });
  return {
    folder,
    logs: join(folder, 'logs'),
    secrets: secretsFile(folder),
    systemFile: systemFile(folder),
    release: () => {
      rmSync(systemFile(folder), { force: true });
      unlock(lock);
    },
  };
};

export type ServiceAddresses = Readonly<{
  url: string;
  metricsUrl: string;
  daprUrl: string;
  daprApiToken: string;
  databaseUrl?: string;
  ownerDatabaseUrl?: string;
}>;

export type SystemAddresses = Readonly<{
  gatewayUrl?: string;
  temporalAddress: string;
  temporalUiUrl: string;
  mongodbUrl?: string;
  brokerUrl: string;
  postgresUrl: string;
  services: Readonly<Record<string, ServiceAddresses>>;
}>;

export const writeAddresses = (file: string, addresses: SystemAddresses): void =>
  writeFileSync(file, JSON.stringify(addresses, null, 2), { mode: 0o600 }); // Contains passwords.

/** The addresses of the system that runs on the folder; `undefined` when none runs. */
export const runningSystem = (folder: string): SystemAddresses | undefined => {
  const lock = lockFile(folder);
  try {
    const addresses = JSON.parse(readFileSync(systemFile(folder), 'utf8')) as SystemAddresses;
    if (!tryLock(lock)) return addresses;
    unlock(lock);
    return undefined; // The runner was killed before it could remove the file.
  } catch {
    return undefined;
  }
};
