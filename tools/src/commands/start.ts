import { once } from 'node:events';
import { join } from 'node:path';
import { describeFirstOrders, placeFirstOrders } from '../first-orders';
import { messageOf, PreflightError } from '../errors';
import { isPortFree } from '../ports';
import { requirePrometheus, startPrometheus } from '../processes/prometheus';
import type { ManagedProcess, ProcessEvent } from '../supervision/restart-on-exit';
import { dataFolder, type SystemAddresses } from '../system/data-folder';
import { startSystem } from '../system/system';
import { duration } from '../toolchain/progress';

const GATEWAY_PORT = 8080;
const TEMPORAL_UI_PORT = 8233;
const PROMETHEUS_PORT = 9090;

const portFrom = (variable: string, otherwise: number): number => {
  const text = process.env[variable];
  const port = text === undefined || text === '' ? otherwise : Number(text);
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  throw new PreflightError(`${variable} is ${text}, but must be a port from 1 to 65535.`);
};

const SHARED = [
  'FAULTS',
  'LOG_LEVEL',
  'OTEL_EXPORTER_OTLP_ENDPOINT',
  'OTEL_EXPORTER_OTLP_HEADERS',
  'OTEL_TRACES_SAMPLER_ARG',
];

/** Variables that are passed to every service. */
const sharedEnvironment = (): Record<string, string> =>
  Object.fromEntries(
    SHARED.flatMap((name) => {
      const value = process.env[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );

const say = (text: string): void => void process.stdout.write(`${text}\n`);

const describe = (event: ProcessEvent): string | undefined => {
  switch (event.type) {
    case 'ready':
      return event.restarts === 0
        ? `  ${event.name} is ready (${(event.tookMs / 1000).toFixed(1)} s)`
        : `  ${event.name} is back (${(event.tookMs / 1000).toFixed(1)} s)`;
    case 'crashed':
      return `  ${event.name} ${event.how}; it restarts in ${event.restartInMs} ms (see ${event.logFile})`;
    case 'stopped':
      return undefined;
  }
};

const sayEvent = (event: ProcessEvent): void => {
  const text = describe(event);
  if (text !== undefined) say(text);
};

/** While starting, a signal ends the process at once; the reaper terminates what was started. */
const quitWhileStarting = (): never => process.exit(130);

const untilSignal = async (): Promise<void> => {
  const quit = new AbortController();
  await Promise.race(
    ['SIGINT', 'SIGTERM', 'SIGHUP'].map((signal) =>
      once(process, signal, { signal: quit.signal }).catch(() => {}),
    ),
  );
  quit.abort();
};

const sayFirstOrders = (gatewayUrl: string, temporalUiUrl: string): Promise<void> =>
  placeFirstOrders(gatewayUrl).then(
    (orders) => say(`\n${describeFirstOrders(orders, temporalUiUrl)}`),
    (error: unknown) => say(`\nThe first orders failed: ${messageOf(error)}`),
  );

/** Starts Prometheus beside the system. The services that run are its targets. */
const observe = async ({ services }: SystemAddresses, port: number): Promise<ManagedProcess> => {
  const targets = Object.fromEntries(
    Object.entries(services).map(([name, { metricsUrl }]) => [name, metricsUrl]),
  );
  const folder = dataFolder();
  return startPrometheus({
    folder: join(folder, 'prometheus'),
    logFolder: join(folder, 'logs'),
    port,
    targets,
    onEvent: sayEvent,
  });
};

const prometheusPort = async (): Promise<number> => {
  requirePrometheus();
  const port = portFrom('BANKSIDE_PROMETHEUS_PORT', PROMETHEUS_PORT);
  if (await isPortFree(port)) return port;
  throw new PreflightError(
    `Port ${port} for Prometheus is in use. Free it, or choose another: BANKSIDE_PROMETHEUS_PORT=${port + 1} npm start -- --observe.`,
  );
};

const OBSERVE = '--observe';

/** Runs the system, or only the named services, until Ctrl-C or SIGTERM. With `--observe`, Prometheus runs beside it. */
export const start = async (args: readonly string[]): Promise<number> => {
  const services = args.filter((one) => one !== OBSERVE);
  const observedAt = args.includes(OBSERVE) ? await prometheusPort() : undefined;
  const startedAt = Date.now();
  process.on('SIGINT', quitWhileStarting).on('SIGTERM', quitWhileStarting);
  say('Starting Bankside');
  const system = await startSystem({
    dataDir: dataFolder(),
    ...(services.length > 0 && { services }),
    gatewayPort: portFrom('BANKSIDE_GATEWAY_PORT', GATEWAY_PORT),
    temporalUiPort: portFrom('BANKSIDE_TEMPORAL_UI_PORT', TEMPORAL_UI_PORT),
    env: { FAULTS: 'enabled', ...sharedEnvironment() },
    onEvent: sayEvent,
  });
  const prometheus = observedAt === undefined ? undefined : await observe(system.addresses, observedAt);
  const asked = untilSignal();
  process.off('SIGINT', quitWhileStarting).off('SIGTERM', quitWhileStarting);
  say(`Ready after ${duration(Date.now() - startedAt)}.`);
  const { gatewayUrl, temporalUiUrl } = system.addresses;
  const links = [
    ...(gatewayUrl === undefined
      ? []
      : [
          ['Console', `${gatewayUrl}/console/`],
          ['API', `${gatewayUrl}/api`],
          ['API reference', `${gatewayUrl}/docs`],
        ]),
    ['Sagas', temporalUiUrl],
    ...(observedAt === undefined ? [] : [['Prometheus', `http://127.0.0.1:${observedAt}/alerts`]]),
    ['Logs', join(dataFolder(), 'logs')],
  ].map(([title = '', link]) => `  ${title.padEnd(15)}${link}`);
  say(`\n${links.join('\n')}\n\nCtrl-C stops everything; the data stays in ${dataFolder()}.`);
  if (gatewayUrl !== undefined && services.length === 0) void sayFirstOrders(gatewayUrl, temporalUiUrl);
  await asked;
  say('Stopping');
  await prometheus?.stop();
  await system.stop();
  return 0;
};
