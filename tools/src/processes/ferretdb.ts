import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../ports';
import { tcpAnswers } from '../supervision/probes';
import { restartOnExit, type OnProcessEvent, type ManagedProcess } from '../supervision/restart-on-exit';
import { binary } from '../toolchain/binary';

export type FerretdbOptions = Readonly<{
  folder: string;
  logFolder: string;
  /** Its own database: it makes a schema there for each database of its clients. */
  postgresUrl: string;
  port?: number;
  onEvent?: OnProcessEvent;
}>;

export type Ferretdb = Readonly<{ port: number; url: string; process: ManagedProcess }>;

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
        // Not an argument, which every user of the machine could read.
        env: { FERRETDB_POSTGRES: postgresUrl, GOMEMLIMIT: '192MiB' },
      },
      logFile: join(logFolder, 'ferretdb.log'),
      ready: tcpAnswers(port),
    },
    onEvent,
  );
  return { port, url: `mongodb://127.0.0.1:${port}`, process: running };
};
