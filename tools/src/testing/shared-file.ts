import { randomUUID } from 'node:crypto';
import { existsSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sharedAddress } from './addresses';

/**
 * A file that takes long to make, so that the test files of one run share it. Returns its path. Test files that need it at
 * the same time may each make it; the name never has an unfinished one.
 */
export const sharedFile = async (name: string, make: () => Promise<string>): Promise<string> => {
  const file = join(sharedAddress('FOLDER'), name);
  if (!existsSync(file)) {
    const unfinished = `${file}.${randomUUID()}`;
    writeFileSync(unfinished, await make());
    renameSync(unfinished, file);
  }
  return file;
};
