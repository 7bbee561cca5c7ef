import { runInChild } from './run-in-child';

const run = (program: string, timeoutMs = 60_000, stopping = new AbortController()) => {
  const lines: string[] = [];
  const report = runInChild({
    command: [process.execPath, '-e', program],
    timeoutMs,
    log: (line) => {
      lines.push(line);
      if (line === 'abort') stopping.abort();
    },
    signal: stopping.signal,
  });
  return { report, lines };
};

describe('a run in a process of its own', () => {
  it.each([0, 1])('returns the last line of the output as the report, with exit code %s', async (code) => {
    const { report, lines } = run(
      `console.log('first'); console.log('{"seed":3}'); console.error('logged'); process.exitCode = ${code};`,
    );
    await expect(report).resolves.toEqual({ seed: 3 });
    expect(lines).toEqual(['logged']);
  });

  it.each([
    ['exit code 2', `console.log('{}'); console.error('no Redis'); process.exitCode = 2;`],
    ['SIGKILL', `console.error('no Redis'); setTimeout(() => process.kill(process.pid, 'SIGKILL'), 50);`],
    ['exit code 0', `console.log('no report'); console.error('no Redis');`],
  ])('rejects with its last lines when it ends without a report: %s', async (reason, program) =>
    expect(run(program).report).rejects.toThrow(`The run ended without a report (${reason}).\nno Redis`),
  );

  it('ends the process after the timeout', async () =>
    expect(run('setInterval(() => {}, 1000);', 50).report).rejects.toThrow('The run did not end within'));

  it('ends the process when it is aborted', async () =>
    expect(run(`console.error('abort'); setInterval(() => {}, 1000);`).report).rejects.toThrow('SIGTERM'));

  it('rejects a program that does not start', async () => {
    const { signal } = new AbortController();
    const report = runInChild({ command: ['/no/such/program'], timeoutMs: 1_000, log: () => {}, signal });
    await expect(report).rejects.toThrow('ENOENT');
  });
});
