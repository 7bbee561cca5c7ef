import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import * as z from 'zod';
import { messageOf } from '../errors';
import { projectRoot } from '../root';
import { buildEnv } from '../toolchain/go-build';
import type { Program } from '../toolchain/programs';
import type { SourceResult } from './advisories';

/** The database of the Go team among others. */
const OSV = 'https://api.osv.dev';
const WITHIN_MS = 30_000;
const OUTPUT_BYTES = 64 * 2 ** 20;
const MODULE =
  '{{with .Module}}{{with .Replace}}{{.Path}} {{.Version}}{{else}}{{.Path}} {{.Version}}{{end}}{{end}}';

type Module = Readonly<{ name: string; version: string }>;

const go = async (folder: string, ...args: readonly string[]): Promise<string> => {
  const options = { cwd: folder, env: buildEnv, maxBuffer: OUTPUT_BYTES };
  return (await promisify(execFile)('go', [...args], options)).stdout;
};

/** The modules with a package that is compiled into the program, and the standard library of the compiler. */
const modulesOf = async ({ name, target, flags }: Program): Promise<readonly Module[]> => {
  const folder = join(projectRoot, 'tools', 'go', name);
  const tags = flags.filter((flag) => flag.startsWith('-tags'));
  const lines = (await go(folder, 'list', '-deps', ...tags, '-f', MODULE, target)).split('\n');
  const standard = (await go(folder, 'env', 'GOVERSION')).trim().replace(/^go/, '');
  return [
    { name: 'stdlib', version: standard },
    ...[...new Set(lines)].flatMap((line) => {
      const [path, version] = line.split(' ');
      return path && version ? [{ name: path, version: version.replace(/^v/, '') }] : []; // Ours has no version.
    }),
  ];
};

const osvResponse = z.object({
  results: z.array(z.object({ vulns: z.array(z.object({ id: z.string() })).optional() })),
});

/** The advisories about the modules of one Go program. */
export const auditGo = async (
  program: Program,
  { osv = OSV, modules = modulesOf }: Readonly<{ osv?: string; modules?: typeof modulesOf }> = {},
): Promise<SourceResult> => {
  const result = { part: `Go modules of ${program.name}`, source: new URL(osv).host };
  try {
    const used = await modules(program);
    const queries = used.map(({ name, version }) => ({ package: { ecosystem: 'Go', name }, version }));
    const response = await fetch(`${osv}/v1/querybatch`, {
      method: 'POST',
      body: JSON.stringify({ queries }),
      signal: AbortSignal.timeout(WITHIN_MS),
    });
    if (!response.ok) return { ...result, failure: `status ${response.status}` };
    const { results } = osvResponse.parse(await response.json());
    if (results.length !== used.length) return { ...result, failure: 'a result for each module is missing' };
    const advisories = results.flatMap(({ vulns = [] }, index) =>
      vulns.map(({ id }) => ({
        id,
        dependency: `${used[index]!.name}@${used[index]!.version}`,
        url: `https://osv.dev/vulnerability/${id}`,
      })),
    );
    return { ...result, checked: used.length, advisories };
  } catch (error) {
    return { ...result, failure: messageOf((error as Error).cause ?? error) };
  }
};
