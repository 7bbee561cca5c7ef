import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../ports';
import { httpAnswers } from '../supervision/probes';
import { restartOnExit, type OnProcessEvent, type ManagedProcess } from '../supervision/restart-on-exit';
import { binary } from '../toolchain/binary';

type TemporalOptions = Readonly<{
  folder: string;
  logFolder: string;
  port?: number;
  /** Without one there is no web interface. */
  uiPort?: number;
  /** Names and types, for example `{ NeedsAttention: 'Bool' }`. */
  searchAttributes?: Readonly<Record<string, string>>;
  onEvent?: OnProcessEvent;
}>;

export type Temporal = Readonly<{ port: number; address: string; uiUrl?: string; process: ManagedProcess }>;

/** By default each queue of a shard is read 20 times a second and there is one shard: every task would wait 45 ms. */
const FAST_QUEUES = ['transfer', 'timer'].flatMap((queue) => [
  `history.${queue}ProcessorMaxPollRPS=2000`,
  `history.${queue}ProcessorMaxPollHostRPS=4000`,
]);
/** By default no timer fires earlier than a second from now, so that a retry after 50 ms would take 1 s as well. */
const FAST_TIMERS = 'history.timerProcessorMaxTimeShift="50ms"';
/** By default it keeps 128,000 workflows in memory for an hour, ended ones included. */
const SMALL_CACHE = 'history.hostLevelCacheMaxSize=256';
/** By default it keeps 8 MB of histories for the servers of other clusters. There are none. */
const NO_COPIES = 'history.xdcCacheMaxSizeBytes=65536';
const DYNAMIC_CONFIG = [...FAST_QUEUES, FAST_TIMERS, SMALL_CACHE, NO_COPIES];

const repeated = (flag: string, values: readonly string[]): string[] =>
  values.flatMap((value) => [flag, value]);

export const startTemporal = async (options: TemporalOptions): Promise<Temporal> => {
  const { folder, logFolder, uiPort, searchAttributes = {}, onEvent } = options;
  const command = await binary('temporal');
  const [port, httpPort, metricsPort] = [
    options.port ?? (await freePort()),
    await freePort(),
    await freePort(),
  ];
  mkdirSync(folder, { recursive: true });
  const args = [
    'server start-dev --ip 127.0.0.1 --log-level error'.split(' '),
    ['--port', String(port), '--http-port', String(httpPort), '--metrics-port', String(metricsPort)],
    uiPort === undefined ? ['--headless'] : ['--ui-port', String(uiPort)],
    ['--db-filename', join(folder, 'temporal.db')],
    repeated('--sqlite-pragma', ['journal_mode=wal', 'synchronous=normal']),
    repeated('--dynamic-config-value', DYNAMIC_CONFIG),
    repeated(
      '--search-attribute',
      Object.entries(searchAttributes).map(([name, type]) => `${name}=${type}`),
    ),
  ].flat();
  const running = await restartOnExit(
    {
      name: 'temporal',
      command: { command, args, cwd: folder, env: { GOMEMLIMIT: '384MiB', GOGC: '50' } },
      logFile: join(logFolder, 'temporal.log'),
      ready: httpAnswers(`http://127.0.0.1:${httpPort}/api/v1/namespaces/default`),
    },
    onEvent,
  );
  const uiUrl = uiPort === undefined ? {} : { uiUrl: `http://127.0.0.1:${uiPort}` };
  return { port, address: `127.0.0.1:${port}`, ...uiUrl, process: running };
};
