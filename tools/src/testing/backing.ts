import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { closeServer } from '../processes/database';
import { startFerretdb } from '../processes/ferretdb';
import { prepareFerretdbDatabase } from '../processes/ferretdb-database';
import { startPostgres } from '../processes/postgres';
import { startRedis } from '../processes/redis';
import { startTemporal } from '../processes/temporal';
import type { ManagedProcess } from '../supervision/restart-on-exit';
import { createDatabase, newPassword } from './database';

export type BackingOptions = Readonly<{
  postgres?: boolean;
  redis?: boolean;
  temporal?: boolean;
  ferretdb?: boolean;
}>;

export type Backing = Readonly<{
  /** What the helpers of this package read, in this process or its children. */
  env: Readonly<Record<string, string>>;
  /** By name, to kill, pause and restart in failure tests. */
  processes: Readonly<Record<string, ManagedProcess>>;
  stop: () => Promise<void>;
}>;

/** Folders that every user may enter: PostgreSQL runs as another one when this runs as root. */
const temporaryFolder = (): string => mkdtempSync(join(tmpdir(), 'bankside-test-'));

/** Starts real dependencies on empty data in a temporary folder. FerretDB brings PostgreSQL along. */
export const startBacking = async (wanted: BackingOptions): Promise<Backing> => {
  const folder = temporaryFolder();
  const logFolder = join(folder, 'logs');
  const at = (name: string) => ({ folder: join(folder, name), logFolder });
  const processes: Record<string, ManagedProcess> = {};
  const env: Record<string, string> = { BANKSIDE_TEST_FOLDER: folder };
  const keep = <T extends Readonly<{ process: ManagedProcess }>>(name: string, part: T): T => {
    processes[name] = part.process;
    return part;
  };
  const stop = async () => {
    await Promise.all(['ferretdb', 'temporal', 'redis'].map(async (name) => processes[name]?.stop()));
    await processes['postgres']?.stop();
    rmSync(folder, { recursive: true, force: true });
  };

  const databases = async () => {
    if (!wanted.postgres && !wanted.ferretdb) return;
    const { adminUrl } = keep('postgres', await startPostgres({ ...at('postgres'), temporary: true }));
    await closeServer(adminUrl);
    env['BANKSIDE_TEST_POSTGRES'] = adminUrl;
    if (!wanted.ferretdb) return;
    const postgresUrl = await createDatabase('ferretdb', adminUrl);
    await prepareFerretdbDatabase(adminUrl, new URL(postgresUrl).pathname.slice(1));
    env['BANKSIDE_TEST_MONGODB'] = keep(
      'ferretdb',
      await startFerretdb({ ...at('ferretdb'), postgresUrl }),
    ).url;
  };
  const broker = async () => {
    if (wanted.redis)
      env['BANKSIDE_TEST_REDIS'] = keep(
        'redis',
        await startRedis({ ...at('redis'), password: newPassword() }),
      ).url;
  };
  const workflows = async () => {
    if (wanted.temporal)
      env['BANKSIDE_TEST_TEMPORAL'] = keep('temporal', await startTemporal(at('temporal'))).address;
  };

  const results = await Promise.allSettled([databases(), broker(), workflows()]);
  const failed = results.find((result) => result.status === 'rejected');
  if (!failed) return { env, processes, stop };
  await stop();
  throw failed.reason;
};
