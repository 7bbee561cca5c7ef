import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { configuration, toYaml, type Resource } from '../dapr/resources';
import { freePort } from '../ports';
import { httpAnswers } from '../supervision/probes';
import { restartOnExit, type OnProcessEvent, type ManagedProcess } from '../supervision/restart-on-exit';
import { chartValues } from '../system/chart-values';
import { binary } from '../toolchain/binary';

export type Proxied = Readonly<{ hostName: string; httpsProxy: string }>;

export type SidecarOptions = Readonly<{
  appId: string;
  /** Of the process. Default: `<app-id>-dapr`. */
  name?: string;
  /** Default: no app, so nothing is delivered or invoked. */
  appPort?: number;
  /** Default: found free. */
  httpPort?: number;
  grpcPort?: number;
  folder: string;
  logFolder: string;
  resources: readonly Resource[];
  /** The file in which the sidecars of one system find each other. */
  namesFile: string;
  /** Token that the sidecar sends with its calls to the service. */
  appApiToken?: string;
  /** Token that the sidecar requires of its callers. */
  apiToken?: string;
  /** The HTTP APIs that it serves, as on a cluster. Default: all. */
  apis?: readonly string[];
  /** It registers under this host name, and connects to others through an HTTP proxy, which knows the names. */
  proxied?: Proxied;
  onEvent?: OnProcessEvent;
}>;

type Sidecar = Readonly<{ httpPort: number; grpcPort: number; process: ManagedProcess }>;

const GRACE_SECONDS = 3;

const writeResources = ({
  folder,
  resources,
  namesFile,
  apis,
}: SidecarOptions): Readonly<{ config: string; resourcesFolder: string }> => {
  const resourcesFolder = join(folder, 'resources');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(resourcesFolder, { recursive: true, mode: 0o700 });
  writeFileSync(join(resourcesFolder, 'resources.yaml'), toYaml(resources), { mode: 0o600 }); // It holds a password.
  const config = join(folder, 'configuration.yaml');
  writeFileSync(config, toYaml([configuration(namesFile, apis)]));
  return { config, resourcesFolder };
};

/** Where a dozen sidecars share two cores, several threads of each only wake each other. */
const FEW_CORES = 2;

const environmentOf = ({ appApiToken, apiToken, proxied }: SidecarOptions): Record<string, string> => ({
  DAPR_HOST_IP: proxied?.hostName ?? '127.0.0.1',
  GOMEMLIMIT: '96MiB',
  GOGC: '50', // A dozen of them: 1 ms of CPU time an order more, 20 MiB less.
  ...(availableParallelism() <= FEW_CORES && { GOMAXPROCS: '1' }),
  ...(appApiToken !== undefined && { APP_API_TOKEN: appApiToken }),
  ...(apiToken !== undefined && { DAPR_API_TOKEN: apiToken }),
  ...(proxied && { HTTPS_PROXY: proxied.httpsProxy }),
});

export const startSidecar = async (options: SidecarOptions): Promise<Sidecar> => {
  const { appId, appPort, folder, logFolder, proxied, onEvent, name = `${appId}-dapr` } = options;
  const command = await binary('daprd');
  const { config, resourcesFolder } = writeResources(options);
  const httpPort = options.httpPort ?? (await freePort());
  const grpcPort = options.grpcPort ?? (await freePort());
  const flags = {
    'app-id': appId,
    ...(appPort !== undefined && { 'app-port': appPort }),
    'resources-path': resourcesFolder,
    config,
    'dapr-http-port': httpPort,
    'dapr-grpc-port': grpcPort,
    'dapr-internal-grpc-port': await freePort(),
    'metrics-port': await freePort(),
    'metrics-listen-address': '127.0.0.1',
    'dapr-listen-addresses': '127.0.0.1',
    // Under its plain name, 127.0.0.1, Dapr would register this address in place of DAPR_HOST_IP.
    'dapr-internal-grpc-listen-address': proxied ? '[::ffff:127.0.0.1]' : '127.0.0.1',
    'placement-host-address': '',
    'scheduler-host-address': '',
    'max-body-size': chartValues().dapr.settings.maxBodySize,
    'read-buffer-size': chartValues().dapr.settings.maxHeaderSize,
    'dapr-graceful-shutdown-seconds': GRACE_SECONDS,
    'log-level': 'warn',
  };
  const running = await restartOnExit(
    {
      name,
      command: {
        command,
        args: Object.entries(flags).map(([name, value]) => `--${name}=${value}`),
        cwd: folder,
        env: environmentOf(options),
      },
      logFile: join(logFolder, `${name}.log`),
      ready: httpAnswers(`http://127.0.0.1:${httpPort}/v1.0/healthz/outbound`),
    },
    onEvent,
  );
  return { httpPort, grpcPort, process: running };
};
