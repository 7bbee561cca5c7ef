import { cpSync, mkdirSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';

const PACKAGE = 'node_modules/swagger-ui-dist';
const OWN = 'services/gateway/docs-page';
const FILES = ['swagger-ui.css', 'swagger-ui-bundle.js'];

/** The files of the page `/docs`, in a folder. */
export const asset = 'swagger-ui';

/** Copies the files. Returns what determines them. */
export const bundleAsset = async (root, folder) => {
  mkdirSync(folder, { recursive: true });
  for (const file of FILES) cpSync(join(root, PACKAGE, file), join(folder, file));
  const own = readdirSync(join(root, OWN)).map((name) => join(OWN, name));
  for (const file of own) cpSync(join(root, file), join(folder, basename(file)));
  return ['services/gateway/bundle.mjs', `${PACKAGE}/package.json`, ...own];
};
