import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { messageOf } from '../errors';
import { projectRoot } from '../root';
import type { Advisory, SourceResult } from './advisories';

const SOURCE = 'npm audit';
const OUTPUT_BYTES = 64 * 2 ** 20;
const WITHIN_MS = 120_000;

const advisory = z.object({ source: z.number(), name: z.string(), title: z.string(), url: z.string() });
const report = z.union([
  z.object({
    vulnerabilities: z.record(z.string(), z.object({ via: z.array(z.union([z.string(), advisory])) })),
  }),
  z.object({ message: z.string() }),
  z
    .object({ error: z.object({ summary: z.string() }) })
    .transform(({ error }) => ({ message: error.summary })),
]);

/** `npm audit` exits with 1 on advisories and on errors alike, so its exit code is ignored. */
const npmAudit = (registry: string | undefined): Promise<string> =>
  new Promise((resolve) => {
    const args = ['audit', '--json', ...(registry === undefined ? [] : [`--registry=${registry}`])];
    const options = { cwd: projectRoot, timeout: WITHIN_MS, maxBuffer: OUTPUT_BYTES };
    execFile('npm', args, options, (_error, stdout) => resolve(stdout));
  });

const idOf = (url: string): string => url.split('/').at(-1) ?? url;

const lockedPackages = (): number => {
  const { packages } = JSON.parse(readFileSync(join(projectRoot, 'package-lock.json'), 'utf8')) as {
    packages: Readonly<Record<string, unknown>>;
  };
  return Object.keys(packages).filter((path) => path.includes('node_modules/')).length;
};

/** The advisories about the packages of the lock file, of all workspaces and for development too. */
export const auditNpm = async (registry?: string): Promise<SourceResult> => {
  const result = { part: 'npm packages', source: SOURCE };
  try {
    const parsed = report.parse(JSON.parse(await npmAudit(registry)));
    if ('message' in parsed) return { ...result, failure: parsed.message };
    const byUrl = new Map<string, Advisory>();
    for (const { via } of Object.values(parsed.vulnerabilities))
      for (const one of via)
        if (typeof one !== 'string')
          byUrl.set(one.url, { id: idOf(one.url), dependency: one.name, title: one.title, url: one.url });
    return { ...result, checked: lockedPackages(), advisories: [...byUrl.values()] };
  } catch (error) {
    return { ...result, failure: messageOf(error) };
  }
};
