import { spawnSync } from 'node:child_process';
import { usageByProgram } from './process-usage';

const BURN_MS = 500;
const BURN = `for (let used = 0; used < ${BURN_MS}_000; ) {
  const { user, system } = process.cpuUsage();
  used = user + system;
}`;

const cpuMs = (): number =>
  [...usageByProgram([process.pid]).values()].reduce((sum, usage) => sum + usage.cpuMs, 0);

describe('the CPU time of a process', () => {
  it('includes that of children that have ended', () => {
    const before = cpuMs();
    spawnSync(process.execPath, ['-e', BURN]);
    expect(cpuMs() - before).toBeGreaterThan(BURN_MS * 0.8);
  });
});
