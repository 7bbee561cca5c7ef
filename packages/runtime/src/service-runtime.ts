import { actorVerifier } from '@bankside/auth';
import { invoker, sidecar } from '@bankside/dapr';
import { requireDatabaseSessions, TransactionPooler } from '@bankside/feed';
import { listen, type ListenOptions } from '@bankside/http';
import type { Express } from 'express';
import { Pool } from 'pg';
import { sidecarConfig, type ProcessConfig, type ServiceConfig } from './config';
import { faultInjection } from './fault-injection';
import { createLogger } from './logger';
import { createMetrics } from './metrics';
import { retryForever } from './retry-forever';
import type { ServiceAppOptions } from './service-app';
import { telemetryOf } from './telemetry';
import { requestCounter } from './vitals';

const POOL_CONNECTIONS = 10;
/** Longer than an idle service takes until it uses its database again: a new connection costs more than a query. */
const IDLE_CONNECTION_MS = 60_000;

/** The configuration of a process; a service has more of it than the gateway, and one with a database more again. */
export type RuntimeConfig = ProcessConfig &
  Partial<ServiceConfig> &
  Readonly<{ DATABASE_URL?: string; FINGERPRINT_KEY?: string | undefined }>;

export type ServiceRuntimeOptions<C extends RuntimeConfig> = Readonly<{
  /** Name of the service: its folder, image and app-id. */
  name: string;
  config: C;
  /** Connections of one replica to its database. Default: 10. */
  poolConnections?: number;
  /** The faults that `FAULTS=enabled` allows: of requests, or also of commits and publications, or of views. Default: none. */
  faults?: 'requests' | 'commits' | 'views';
}>;

export type RunOptions = Pick<ListenOptions, 'onDrainStart'> &
  Readonly<{
    /** Runs once the sidecar is ready, and again with increasing pauses until it succeeds. */
    start?: () => Promise<void>;
    /** Stops background work. The sidecar and the database are still there, and are closed afterwards. */
    close?: () => Promise<void>;
  }>;

/** What every process has: logger, metrics, its sidecar, the guards of its app, a pool when it has a database, shutdown. */
export const serviceRuntime = <C extends RuntimeConfig>({
  name,
  config,
  poolConnections = POOL_CONNECTIONS,
  faults: allowedFaults,
}: ServiceRuntimeOptions<C>) => {
  const logger = createLogger(name, config.LOG_LEVEL);
  const metrics = createMetrics(name);
  const telemetry = telemetryOf(name, config, { logger, metrics });
  const ownSidecar = sidecar(sidecarConfig(config));
  const services = invoker(sidecarConfig(config));
  const pool =
    config.DATABASE_URL === undefined
      ? undefined
      : new Pool({
          connectionString: config.DATABASE_URL,
          max: poolConnections,
          idleTimeoutMillis: IDLE_CONNECTION_MS,
        });
  pool?.on('error', (error) => logger.warn({ err: error }, 'a database connection broke'));
  const faults =
    allowedFaults !== undefined && config.FAULTS === 'enabled'
      ? faultInjection({ of: allowedFaults })
      : undefined;

  const counter = requestCounter();

  const requireSidecar = async (): Promise<void> => {
    if (!(await ownSidecar.ready())) throw new Error('the sidecar is not ready');
  };

  const requireSessions = (): Promise<void> =>
    requireDatabaseSessions(config.DATABASE_URL!).catch((error: unknown) => {
      if (!(error instanceof TransactionPooler)) throw error;
      logger.fatal({ err: error }, error.message);
      process.exit(1); // Retrying does not help.
    });

  /** The options of `serviceApp` that follow from the configuration. */
  const shell = {
    logger,
    metrics,
    ...(config.ACTOR_PUBLIC_KEYS !== undefined && { actors: actorVerifier(config.ACTOR_PUBLIC_KEYS, name) }),
    sidecarToken: config.APP_API_TOKEN,
    allowedCalls: config.ALLOWED_CALLS,
    fingerprintKey: config.FINGERPRINT_KEY,
    faults,
    counter,
  } satisfies Partial<ServiceAppOptions>;

  return {
    name,
    config,
    logger,
    metrics,
    sidecar: ownSidecar,
    invoke: services.invoke,
    pool: pool as C extends Readonly<{ DATABASE_URL: string }> ? Pool : undefined,
    faults,
    shell,
    /** @throws Error while the sidecar does not respond */
    requireSidecar,
    /** Serves the app until the process receives a stop signal, and then closes everything. */
    listen: (app: Express, { onDrainStart, start, close }: RunOptions = {}): void => {
      listen(app, {
        host: config.HOST,
        port: config.PORT,
        keepAliveSeconds: config.KEEP_ALIVE_SECONDS,
        logger,
        ...(onDrainStart && { onDrainStart }),
        onClosed: async () => {
          await close?.();
          await Promise.all([services.close(), ownSidecar.close(), pool?.end(), telemetry.stop()]);
        },
      });
      if (start === undefined) return;
      const startOnce = async (): Promise<void> => {
        if (pool !== undefined) await requireSessions();
        await requireSidecar();
        await start();
      };
      void retryForever(startOnce, (error) => logger.warn({ err: error }, 'not started yet; retrying'));
    },
  };
};

export type ServiceRuntime<C extends RuntimeConfig> = ReturnType<typeof serviceRuntime<C>>;
