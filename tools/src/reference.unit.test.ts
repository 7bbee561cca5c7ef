import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { projectRoot } from './root';

describe('docs/reference', () => {
  it('lists the current settings and metrics: run `npm run reference` otherwise', () => {
    expect(() =>
      execFileSync(process.execPath, [join(projectRoot, 'tools', 'write-reference.mjs'), '--check'], {
        stdio: 'pipe',
      }),
    ).not.toThrow();
  });
});
