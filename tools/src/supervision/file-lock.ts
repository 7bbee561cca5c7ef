import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { codeOf } from '../errors';
import { startOf } from './process-identity';

const RETRY_MS = 300;
/** Others may find the same stale lock at the same moment. */
const STALE_ROUNDS = 5;

const holderIn = (file: string): string | undefined => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
};

const lives = (holder: string): boolean => {
  const [, pid = '', start = ''] = /^(\d+) (.+)$/.exec(holder) ?? [];
  return start !== '' && startOf(Number(pid)) === start;
};

const create = (file: string): boolean => {
  try {
    writeFileSync(file, `${process.pid} ${startOf(process.pid)}`, { flag: 'wx' });
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
};

/** Takes the lock unless a living process has it. It is given back by removing the file, or by ending. */
export const tryLock = (file: string): boolean => {
  mkdirSync(dirname(file), { recursive: true });
  for (let round = 0; round < STALE_ROUNDS; round += 1) {
    if (create(file)) return true;
    const holder = holderIn(file);
    if (holder !== undefined && lives(holder)) return false;
    if (holder !== undefined && holder === holderIn(file)) rmSync(file, { force: true });
  }
  return false;
};

export const unlock = (file: string): void => rmSync(file, { force: true });

/** Does the work while no other process on this machine does work under the same file. */
export const withFileLock = async <T>(
  file: string,
  work: () => Promise<T>,
  onWait = () => {},
): Promise<T> => {
  for (let waited = false; !tryLock(file); waited = true) {
    if (!waited) onWait();
    await sleep(RETRY_MS);
  }
  try {
    return await work();
  } finally {
    unlock(file);
  }
};
