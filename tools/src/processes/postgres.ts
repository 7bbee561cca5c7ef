import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { freePort } from '../ports';
import { PreflightError } from '../errors';
import { signalTo, type Command } from '../supervision/child';
import { commandLineOf } from '../supervision/process-identity';
import { restartOnExit, type OnProcessEvent, type ManagedProcess } from '../supervision/restart-on-exit';
import { until } from '../supervision/until';
import { postgresPrograms } from './postgres-programs';
import { everyoneMayEnter, postgresIdentity, type Identity } from './postgres-identity';

type PostgresOptions = Readonly<{
  folder: string;
  logFolder: string;
  port?: number;
  /** Creates the files without writing them through to the disk. For tests. */
  temporary?: boolean;
  /** Memory for pages of tables and indexes. Default: 128 MB, as that of PostgreSQL. */
  sharedBuffers?: string;
  onEvent?: OnProcessEvent;
}>;

export type Postgres = Readonly<{ port: number; adminUrl: string; process: ManagedProcess }>;

const ADMIN = 'postgres';
const STOP_WITHIN_MS = 10_000;
/** Recovery after a crash replays the log before the first connection. */
const READY_WITHIN_MS = 120_000;
const LEFTOVER_GONE_WITHIN_MS = 15_000;

/** `fsync` and `synchronous_commit` stay on: what a service has acknowledged is on the disk. */
const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '400',
  wal_level: 'minimal',
  max_wal_senders: '0',
  max_wal_size: '2GB',
  checkpoint_timeout: '15min',
  jit: 'off',
  io_method: 'sync',
  max_parallel_workers_per_gather: '0',
  random_page_cost: '1.1',
  log_min_messages: 'warning',
};

const commandAs = (identity: Identity, program: string, args: readonly string[]): Command => {
  const [command = program, ...rest] = [...identity.wrap, program, ...args];
  const { uid, gid } = identity;
  return {
    command,
    args: rest,
    cwd: '/',
    ...(uid !== undefined && { uid }),
    ...(gid !== undefined && { gid }),
  };
};

type Creation = Readonly<{ data: string; passwordFile: string; quick: boolean }>;

const initialize = async (initdb: string, identity: Identity, { data, passwordFile, quick }: Creation) => {
  const unfinished = `${data}.new`;
  rmSync(unfinished, { recursive: true, force: true });
  const args = [
    `--pgdata=${unfinished}`,
    `--username=${ADMIN}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--locale=C',
    '--no-instructions',
    ...(quick ? ['--no-sync'] : []),
  ];
  const { command, args: all, ...as } = commandAs(identity, initdb, args);
  try {
    await promisify(execFile)(command, all, as);
  } catch (error) {
    throw new PreflightError(
      `PostgreSQL could not create ${data}: ${(error as { stderr?: string }).stderr ?? String(error)}`,
    );
  }
  renameSync(unfinished, data);
};

/**
 * A server that was killed leaves a file with its process id, and a new one does not start while any process has that
 * id. A server that still runs on our data belongs to a run that has ended: we hold the folder's lock.
 */
const clearLeftovers = async (data: string): Promise<void> => {
  const file = join(data, 'postmaster.pid');
  if (!existsSync(file)) return;
  const pid = Number(readFileSync(file, 'utf8').split('\n')[0]);
  if (commandLineOf(pid).includes(data)) {
    signalTo(pid, 'SIGINT');
    await until(
      async () => {
        if (signalTo(pid, 0)) throw new Error('still running');
      },
      {
        what: 'The end of an earlier PostgreSQL',
        timeoutMs: LEFTOVER_GONE_WITHIN_MS,
      },
    ).catch(() => signalTo(pid, 'SIGKILL'));
  }
  rmSync(file, { force: true });
};

const passwordIn = (file: string, { uid, gid }: Identity): string => {
  if (!existsSync(file)) writeFileSync(file, randomBytes(24).toString('hex'), { mode: 0o600 });
  if (uid !== undefined && gid !== undefined) chownSync(file, uid, gid);
  return readFileSync(file, 'utf8').trim();
};

const responds = (adminUrl: string) => async () => {
  const client = new Client({ connectionString: adminUrl, connectionTimeoutMillis: 2_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('SELECT 1');
  } finally {
    await client.end();
  }
};

export const startPostgres = async (options: PostgresOptions): Promise<Postgres> => {
  const { folder, logFolder, temporary = false, sharedBuffers = '128MB', onEvent } = options;
  const { postgres, initdb } = postgresPrograms();
  mkdirSync(folder, { recursive: true });
  const data = join(folder, 'data');
  const identity = postgresIdentity(folder, data, postgres);
  if (identity.uid !== undefined && identity.gid !== undefined) {
    chownSync(folder, identity.uid, identity.gid);
    // This other user may pass through it, but not list it.
    if (!everyoneMayEnter(dirname(folder))) chmodSync(dirname(folder), 0o711);
  }
  const passwordFile = join(folder, 'password');
  const password = passwordIn(passwordFile, identity);
  if (!existsSync(data)) await initialize(initdb, identity, { data, passwordFile, quick: temporary });

  const port = options.port ?? (await freePort());
  const adminUrl = `postgres://${ADMIN}:${password}@127.0.0.1:${port}/postgres`;
  const settings = Object.entries({ ...SETTINGS, shared_buffers: sharedBuffers }).flatMap(([name, value]) => [
    '-c',
    `${name}=${value}`,
  ]);
  const running = await restartOnExit(
    {
      name: 'postgres',
      command: commandAs(identity, postgres, ['-D', data, '-p', String(port), ...settings]),
      logFile: join(logFolder, 'postgres.log'),
      before: () => clearLeftovers(data),
      ready: responds(adminUrl),
      readyWithinMs: READY_WITHIN_MS,
      stopSignal: 'SIGINT',
      stopWithinMs: STOP_WITHIN_MS,
    },
    onEvent,
  );
  return { port, adminUrl, process: running };
};
