import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../ports';
import { tcpAnswers } from '../supervision/probes';
import { restartOnExit, type OnProcessEvent, type ManagedProcess } from '../supervision/restart-on-exit';
import { binary } from '../toolchain/binary';

type FerretdbOptions = Readonly<{
  folder: string;
  logFolder: string;
  /** Its own database: it makes a schema there for each database of its clients. */
  postgresUrl: string;
  port?: number;
  onEvent?: OnProcessEvent;
}>;

/** `url` contains the credentials of the role of PostgreSQL; see `mongodbDatabase`. */
type Ferretdb = Readonly<{ port: number; url: string; process: ManagedProcess }>;

/** The URL of one database of a MongoDB server. */
export const mongodbDatabase = (serverUrl: string, database: string): string => {
  const url = new URL(serverUrl);
  url.pathname = `/${database}`;
  return url.href;
};

/**
 * FerretDB has no credentials of its own: PostgreSQL verifies those of each client, and rejects this role of clients without.
 * By default it keeps idle connections to PostgreSQL for half an hour, and looks for them once a minute. An operation can
 * need two at a time, so operations deadlock on a small pool.
 */
const withoutCredentials = (postgresUrl: string): string => {
  const url = new URL(postgresUrl);
  url.username = 'anonymous';
  url.password = '';
  url.searchParams.set('pool_max_conn_idle_time', '1m');
  url.searchParams.set('pool_health_check_period', '15s');
  return url.href;
};

const urlOf = (postgresUrl: string, port: number): string => {
  const { username, password } = new URL(postgresUrl);
  return `mongodb://${username}:${password}@127.0.0.1:${port}/?authMechanism=PLAIN`;
};

export const startFerretdb = async (options: FerretdbOptions): Promise<Ferretdb> => {
  const { folder, logFolder, postgresUrl, onEvent } = options;
  const command = await binary('ferretdb');
  const port = options.port ?? (await freePort());
  mkdirSync(folder, { recursive: true });
  const running = await restartOnExit(
    {
      name: 'ferretdb',
      command: {
        command,
        args: ['--listen', `127.0.0.1:${port}`],
        cwd: folder,
        env: { FERRETDB_POSTGRES: withoutCredentials(postgresUrl), GOMEMLIMIT: '192MiB', GOGC: '200' },
      },
      logFile: join(logFolder, 'ferretdb.log'),
      ready: tcpAnswers(port),
    },
    onEvent,
  );
  return { port, url: urlOf(postgresUrl, port), process: running };
};
