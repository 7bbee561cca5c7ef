import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { signalTo } from '../process/child';
import { codeOf } from '../problem';

const RETRY_MS = 300;

const tryLock = (file: string): boolean => {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
};

const isStale = (file: string): boolean => {
  try {
    const holder = Number(readFileSync(file, 'utf8'));
    return holder > 0 && !signalTo(holder, 0);
  } catch {
    return false; // Gone meanwhile: the next try will tell.
  }
};

/** Does the work while no other process on this machine does work under the same file. */
export const withFileLock = async <T>(
  file: string,
  work: () => Promise<T>,
  onWait = () => {},
): Promise<T> => {
  mkdirSync(dirname(file), { recursive: true });
  for (let waited = false; !tryLock(file); waited = true) {
    if (isStale(file)) rmSync(file, { force: true });
    else if (!waited) onWait();
    await sleep(RETRY_MS);
  }
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
};
