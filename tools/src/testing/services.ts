import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { eventEnvelope, contracts, type EventEnvelope, type EventSchemas } from '@bankside/contracts';
import { startService } from '../processes/service';
import { startSidecar } from '../processes/sidecar';
import { freePort } from '../ports';
import type { ManagedProcess } from '../supervision/restart-on-exit';
import { projectRoot } from '../root';
import { eventKeysEnv } from '../system/event-keys';
import { secretsFileOf } from '../system/personal-data';
import { resourcesOf } from '../system/resources';
import { secretsIn } from '../system/secrets';
import type { ServiceSpec } from '../system/services';
import { allServices } from '../system/services';
import { startBacking } from './backing';
import { migrateDatabase } from '../processes/migrations';
import type { Database } from '../processes/database';
import { sharedAddress } from './addresses';
import { createEmptyDatabase } from './database';

export type ApiResponse = Readonly<{
  status: number;
  headers: Headers;
  body: Readonly<Record<string, unknown>>;
}>;

/** The status of a response, with the problem name if it is one: `409 withdrawal-cancelled`. */
export const outcomeOf = ({ status, body }: Pick<ApiResponse, 'status' | 'body'>): string =>
  [status, ...(typeof body['type'] === 'string' ? [body['type'].replace('/problems/', '')] : [])].join(' ');

/** The number of concurrent calls with each outcome. */
export const tally = (responses: readonly ApiResponse[]): Readonly<Record<string, number>> => {
  const counts: Record<string, number> = {};
  for (const response of responses) counts[outcomeOf(response)] = (counts[outcomeOf(response)] ?? 0) + 1;
  return counts;
};

/** @throws when an event violates its contract or has further fields */
const checkContract = (event: EventEnvelope): void => {
  const schema = (contracts as Readonly<Record<string, EventSchemas>>)[event.source]?.[event.type];
  if (schema === undefined) throw new Error(`There is no contract for ${event.type} of ${event.source}.`);
  eventEnvelope.strict().parse(event);
  schema.strict().parse(event.data);
};

/**
 * The events that a service has published about one stream, those committed before the call included. Every event is
 * checked against its contract.
 */
export const publishedAbout = async (
  api: Api,
  stream: string,
): Promise<readonly Readonly<{ type: string; data: object }>[]> => {
  type Page = Readonly<{
    events: readonly (EventEnvelope & Readonly<{ data: object }>)[];
    partitions: number;
  }>;
  const page = async (partition: number): Promise<Page> =>
    (await api.get(`/feed?partition=${partition}&after=0&limit=1000&flushed=true`)).body as unknown as Page;
  const { partitions } = await page(0);
  const pages = await Promise.all(Array.from({ length: partitions }, (_, partition) => page(partition)));
  const events = pages.flatMap((one) => one.events);
  events.forEach(checkContract);
  return events.filter(({ subject }) => subject === stream).map(({ type, data }) => ({ type, data }));
};

/** Calls one service. A POST without a key gets one that was never used. */
export type Api = Readonly<{
  get: (path: string) => Promise<ApiResponse>;
  post: (path: string, body?: object, key?: string) => Promise<ApiResponse>;
  patch: (path: string, body: object, key?: string) => Promise<ApiResponse>;
}>;

export type TestServices = Readonly<{
  api: (service: string) => Api;
  url: (service: string) => string;
  databaseUrl: (service: string) => string;
  /** Connects as the role that owns the tables. */
  ownerDatabaseUrl: (service: string) => string;
  /** `accounts` and `accounts-dapr`, to kill and restart. */
  process: (name: string) => ManagedProcess;
  stop: () => Promise<void>;
}>;

const apiAt = (url: string): Api => {
  const ask = async (method: string, path: string, body?: object, key?: string): Promise<ApiResponse> => {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: {
        ...(key !== undefined && { 'idempotency-key': key }),
        ...(body && { 'content-type': 'application/json' }),
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    return {
      status: response.status,
      headers: response.headers,
      body: (await response.json()) as ApiResponse['body'],
    };
  };
  return {
    get: (path) => ask('GET', path),
    post: (path, body, key = randomUUID()) => ask('POST', path, body, key),
    patch: (path, body, key = randomUUID()) => ask('PATCH', path, body, key),
  };
};

const chosen = (names: readonly string[]): readonly ServiceSpec[] =>
  allServices()
    .filter(({ name }) => names.includes(name))
    .map((spec) => ({ ...spec, subscribes: spec.subscribes.filter((source) => names.includes(source)) }));

/** For `beforeAll`: the first start builds the programs. */
export const START_WITHIN_MS = 240_000;

/** Partitions of every feed (default: those of the chart), and further environment variables. */
export type StartServicesOptions = Readonly<{ feedPartitions?: number }> &
  Readonly<Partial<Record<Uppercase<string>, string>>>;

/** Real services with their sidecars, on empty databases of the shared server and a broker of their own. */
export const startServices = async (
  names: readonly string[],
  { feedPartitions, ...more }: StartServicesOptions = {},
): Promise<TestServices> => {
  await promisify(execFile)(process.execPath, [join(projectRoot, 'tools', 'build.mjs')]);
  const folder = mkdtempSync(join(tmpdir(), 'bankside-services-'));
  const specs = chosen(names).map((spec) => ({
    ...spec,
    feedPartitions: feedPartitions ?? spec.feedPartitions,
  }));
  const secret = secretsIn(join(folder, 'secrets.json'));
  const backing = await startBacking({ redis: true });
  const running = new Map<string, ManagedProcess>();
  const [urls, databases] = [new Map<string, string>(), new Map<string, Database>()];

  const startOne = async (spec: ServiceSpec): Promise<void> => {
    const { name } = spec;
    const database = await createEmptyDatabase(name);
    if (spec.database) await migrateDatabase(spec, database);
    const databaseUrl = database.url;
    const [port, httpPort] = [await freePort(), await freePort()];
    databases.set(name, database);
    urls.set(name, `http://127.0.0.1:${port}`);
    const sidecar = startSidecar({
      appId: name,
      appPort: port,
      httpPort,
      folder: join(folder, `${name}-dapr`),
      logFolder: folder,
      resources: resourcesOf(spec, specs, {
        brokerUrl: backing.env['BANKSIDE_TEST_REDIS']!,
        databaseUrl,
        secretsFile: secretsFileOf(spec, folder, secret),
      }),
      namesFile: join(folder, 'names.db'),
    }).then(({ process: one }) => running.set(one.name, one));
    const service = startService({
      name,
      port,
      logFolder: folder,
      codeCache: join(sharedAddress('FOLDER'), 'code-cache'),
      env: {
        HOST: '127.0.0.1',
        DATABASE_URL: databaseUrl,
        DAPR_HTTP_PORT: String(httpPort),
        FEED_PARTITIONS: String(spec.feedPartitions),
        ...eventKeysEnv(spec, secret),
        ...more,
      },
    }).then((one) => running.set(one.name, one));
    await Promise.all([sidecar, service]);
  };

  const stop = async (): Promise<void> => {
    await Promise.all(names.map(async (name) => running.get(name)?.stop()));
    await Promise.all(names.map(async (name) => running.get(`${name}-dapr`)?.stop()));
    await backing.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  const results = await Promise.allSettled(specs.map(startOne));
  const failed = results.find((result) => result.status === 'rejected');
  if (failed) {
    await stop();
    throw failed.reason;
  }
  return {
    api: (service) => apiAt(urls.get(service)!),
    url: (service) => urls.get(service)!,
    databaseUrl: (service) => databases.get(service)!.url,
    ownerDatabaseUrl: (service) => databases.get(service)!.ownerUrl,
    process: (name) => running.get(name)!,
    stop,
  };
};
