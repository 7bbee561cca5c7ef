import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brokerRestart } from './restart';

const BROKER = 'kafka://127.0.0.1:9092';

describe('the restart of a broker', () => {
  it('runs the command of BROKER_RESTART to its end', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'bankside-restart-'));
    const file = join(folder, 'restarted');
    await brokerRestart({ BROKER, BROKER_RESTART: `true && touch '${file}'` })!();
    expect(existsSync(file)).toBe(true);
    rmSync(folder, { recursive: true });
  });

  it('rejects with the exit code of a command that fails', () =>
    expect(brokerRestart({ BROKER, BROKER_RESTART: 'exit 3' })!()).rejects.toThrow('exit code 3'));

  it.each([undefined, ''])('is undefined when BROKER_RESTART is %j', (command) =>
    expect(brokerRestart({ BROKER, BROKER_RESTART: command })).toBeUndefined(),
  );

  it('needs BROKER', () =>
    expect(() => brokerRestart({ BROKER_RESTART: 'true' })).toThrow(
      'BROKER_RESTART restarts the broker of BROKER, which is not set.',
    ));
});
