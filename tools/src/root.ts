import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const isRoot = (folder: string): boolean => {
  const manifest = join(folder, 'package.json');
  return (
    existsSync(manifest) &&
    (JSON.parse(readFileSync(manifest, 'utf8')) as { name?: string }).name === 'bankside'
  );
};

const rootAbove = (folder: string): string => {
  if (isRoot(folder)) return folder;
  if (dirname(folder) === folder) throw new Error(`No folder of the project above ${__dirname}`);
  return rootAbove(dirname(folder));
};

/** The project's folder, whether this runs from source or from the bundle in dist/. */
export const projectRoot: string = rootAbove(__dirname);
