// Writes the list of views in src/views/ and the digest of each. Fails when a digest changes but the version does not.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { format, resolveConfig } from 'prettier';

const source = join(dirname(fileURLToPath(import.meta.url)), 'src');
const views = join(source, 'views');
const list = join(views, 'index.ts');
const definitionsFile = join(views, 'definitions.json');
const options = await resolveConfig(list);
const write = async (file, text) => writeFileSync(file, await format(text, { ...options, filepath: file }));

const namesIn = (file) =>
  [...readFileSync(join(views, file), 'utf8').matchAll(/^export const (\w+) = defineProjection</gm)].map(
    ([, name]) => name,
  );
const found = readdirSync(views)
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
  .sort()
  .map((file) => ({ from: `./${file.slice(0, -'.ts'.length)}`, names: namesIn(file) }))
  .filter(({ names }) => names.length > 0);

const definitions = async () => {
  const folder = mkdtempSync(join(tmpdir(), 'bankside-views-'));
  try {
    const outfile = join(folder, 'definitions.cjs');
    const entryPoints = [join(source, 'testing', 'definitions.ts')];
    await build({ entryPoints, outfile, bundle: true, platform: 'node', format: 'cjs' });
    return (await import(pathToFileURL(outfile).href)).default.definitions();
  } finally {
    rmSync(folder, { recursive: true });
  }
};

await write(
  list,
  `import type { Projection } from '@bankside/projections';
${found.map(({ from, names }) => `import { ${names.join(', ')} } from '${from}';`).join('\n')}

/** Every view in this folder. Written by \`npm run views\`. */
export const views: readonly Projection[] = [${found.flatMap(({ names }) => names).join(', ')}];
`,
);
const before = JSON.parse(readFileSync(definitionsFile, 'utf8'));
const now = await definitions();
const changed = Object.keys(now).filter(
  (name) => before[name]?.version === now[name].version && before[name].digest !== now[name].digest,
);
if (changed.length > 0)
  throw new Error(`${changed.join(' and ')}: the same events produce other documents. Raise the version.`);
await write(definitionsFile, JSON.stringify(now));
