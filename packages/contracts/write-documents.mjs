// Writes the JSON Schema of each published event to schemas/, and the pages of docs/reference that derive from the contracts.
// Throws if the change of a published event would break its readers.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { format, resolveConfig } from 'prettier';

const here = dirname(fileURLToPath(import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'bankside-contracts-'));
const outfile = join(folder, 'documents.mjs');
try {
  await build({
    entryPoints: [join(here, 'src', 'documents', 'index.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
  });
  const { eventSchemas, incompatibilities, referencePages } = await import(pathToFileURL(outfile).href);
  const options = { ...(await resolveConfig(here)), parser: 'json' };
  for (const [type, schema] of Object.entries(eventSchemas())) {
    const file = join(here, 'schemas', `${type}.json`);
    const problems = existsSync(file)
      ? incompatibilities(JSON.parse(readFileSync(file, 'utf8')), schema)
      : [];
    if (problems.length > 0)
      throw new Error(`${type} is published; publish another version instead.\n  ${problems.join('\n  ')}`);
    writeFileSync(file, await format(JSON.stringify(schema), options));
  }
  const reference = join(here, '..', '..', 'docs', 'reference');
  mkdirSync(reference, { recursive: true });
  for (const [name, text] of Object.entries(referencePages())) writeFileSync(join(reference, name), text);
} finally {
  rmSync(folder, { recursive: true });
}
