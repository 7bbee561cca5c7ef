import { mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { freePort } from '../ports';
import { tcpAnswers } from '../supervision/probes';
import { restartOnExit, type OnProcessEvent, type ManagedProcess } from '../supervision/restart-on-exit';
import { binary } from '../toolchain/binary';

export type RedisOptions = Readonly<{
  folder: string;
  logFolder: string;
  port?: number;
  onEvent?: OnProcessEvent;
}>;

export type Redis = Readonly<{ port: number; address: string; process: ManagedProcess }>;

/** Nothing is kept on the disk: the broker only notifies, the feeds of the services hold the events. */
const argsOf = (command: string, port: number): string[] =>
  basename(command).startsWith('redis-server')
    ? ['--bind', '127.0.0.1', '--port', String(port), '--save', '', '--appendonly', 'no']
    : ['--listen', `127.0.0.1:${port}`];

export const startRedis = async ({
  folder,
  logFolder,
  port: wanted,
  onEvent,
}: RedisOptions): Promise<Redis> => {
  const command = await binary('redis');
  const port = wanted ?? (await freePort());
  mkdirSync(folder, { recursive: true });
  const running = await restartOnExit(
    {
      name: 'redis',
      command: { command, args: argsOf(command, port), cwd: folder, env: { GOMEMLIMIT: '128MiB' } },
      logFile: join(logFolder, 'redis.log'),
      ready: tcpAnswers(port, '*1\r\n$4\r\nPING\r\n', 'PONG'),
    },
    onEvent,
  );
  return { port, address: `127.0.0.1:${port}`, process: running };
};
