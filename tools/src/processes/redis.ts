import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { freePort } from '../ports';
import { tcpAnswers } from '../supervision/probes';
import { restartOnExit, type OnProcessEvent, type ManagedProcess } from '../supervision/restart-on-exit';
import { binary } from '../toolchain/binary';

type RedisOptions = Readonly<{
  folder: string;
  logFolder: string;
  password: string;
  port?: number;
  onEvent?: OnProcessEvent;
}>;

/** `url` contains the password. */
export type Redis = Readonly<{ port: number; url: string; process: ManagedProcess }>;

/** One command in the protocol of Redis. */
export const redisCommand = (words: readonly string[]): string =>
  `*${words.length}\r\n${words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join('')}`;

/** The password is no argument, which every user of the machine could read. */
const startOf = (command: string, folder: string, port: number, password: string) => {
  const env = { GOMEMLIMIT: '128MiB', GOGC: '50' };
  if (!basename(command).startsWith('redis-server'))
    return { args: ['--listen', `127.0.0.1:${port}`], env: { ...env, REDIS_PASSWORD: password } };
  const config = join(folder, 'redis.conf');
  // Nothing is kept on the disk: the broker only notifies, the feeds of the services hold the events.
  const lines = ['bind 127.0.0.1', `port ${port}`, 'save ""', 'appendonly no', `requirepass ${password}`];
  writeFileSync(config, lines.join('\n'), { mode: 0o600 });
  return { args: [config], env };
};

export const startRedis = async ({
  folder,
  logFolder,
  password,
  port: wanted,
  onEvent,
}: RedisOptions): Promise<Redis> => {
  const command = await binary('redis');
  const port = wanted ?? (await freePort());
  mkdirSync(folder, { recursive: true });
  const running = await restartOnExit(
    {
      name: 'redis',
      command: { command, cwd: folder, ...startOf(command, folder, port, password) },
      logFile: join(logFolder, 'redis.log'),
      ready: tcpAnswers(port, redisCommand(['AUTH', password]), '+OK'),
    },
    onEvent,
  );
  return { port, url: `redis://:${password}@127.0.0.1:${port}`, process: running };
};
