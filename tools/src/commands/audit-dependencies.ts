import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { reportOf } from '../dependencies/advisories';
import { auditGo } from '../dependencies/go';
import { auditNpm } from '../dependencies/npm';
import { projectRoot } from '../root';
import { programs } from '../toolchain/programs';

/** Reasons by the id of the advisory. */
const ACCEPTED = join(projectRoot, 'tools', 'accepted-advisories.json');

/**
 * `npm run audit:dependencies`: known vulnerabilities of the npm packages and of the Go programs of `tools/go`. Exits with 1
 * if there are any that are not accepted, and with 2 if a source did not respond and the others report none.
 */
export const auditDependencies = async (): Promise<number> => {
  const accepted = z.record(z.string(), z.string().min(1)).parse(JSON.parse(readFileSync(ACCEPTED, 'utf8')));
  const results = [await auditNpm()];
  for (const program of Object.values(programs)) results.push(await auditGo(program));
  const { text, exitCode } = reportOf(results, accepted);
  console.log(text);
  return exitCode;
};
