import {
  authenticateActor,
  requireAllowedCall,
  requireSidecarToken,
  type ActorVerifier,
  type AllowedCalls,
  actorVerifier,
} from '@bankside/auth';
import { useFingerprintKey, httpApp, type HttpAppOptions, listen, type ListenOptions } from '@bankside/http';
import type { Express, RequestHandler } from 'express';
import { type FaultInjection, faultInjection } from './fault-injection';
import { requestCounter, vitalsRoutes, type RequestCounter } from './vitals';
import { invoker, sidecar } from '@bankside/dapr';
import { requireDatabaseSessions, TransactionPooler } from '@bankside/feed';
import type { Pool } from 'pg';
import { databasePool } from './database-pool';
import { sidecarConfig, type ProcessConfig, type ServiceConfig } from './config';
import { releaseMemoryWhenIdle } from './idle-memory';
import { createLogger } from './logger';
import { createMetrics } from './metrics';
import { retryForever } from './retry-forever';
import { telemetryOf } from './telemetry';

export type ServiceAppOptions = Omit<HttpAppOptions, 'guards' | 'authenticate'> &
  Readonly<{
    /** Verifies actor tokens. Without it every request counts as made by a service in its own name. */
    actors?: ActorVerifier;
    /** The token with which the service's own sidecar proves itself. Without it any process may call. */
    sidecarToken?: string | undefined;
    /** The calls that other services may make. Without it they may make all. */
    allowedCalls?: AllowedCalls | undefined;
    /** The key of the HMAC under which requests are recorded. */
    fingerprintKey?: string | undefined;
    /** Makes the service fail on purpose. */
    faults?: FaultInjection | undefined;
    /** Counts the requests for `/vitals`. Default: one of its own. */
    counter?: RequestCounter;
  }>;

/** @throws Error if the service accepts calls on behalf of actors, whose tokens it does not verify */
const requireNoActor = ({ calls }: Pick<AllowedCalls, 'calls'> = { calls: {} }): void => {
  if (Object.keys(calls).length > 0)
    throw new Error('Calls on behalf of an actor require ACTOR_PUBLIC_KEYS, which verify the actor.');
};

const callerGuards = (
  sidecarToken: string | undefined,
  allowedCalls: AllowedCalls | undefined,
): readonly RequestHandler[] => [
  ...(sidecarToken === undefined ? [] : [requireSidecarToken(sidecarToken)]),
  ...(allowedCalls === undefined ? [] : [requireAllowedCall(allowedCalls)]),
];

/**
 * An HTTP app behind the guards of a service: sidecar token, allowed calls, faults, actors.
 *
 * @throws Error when it would take actor tokens without verifying them
 */
export const serviceApp = ({
  actors,
  sidecarToken,
  allowedCalls,
  fingerprintKey: hmacKey,
  faults,
  counter = requestCounter(),
  ...options
}: ServiceAppOptions): Express => {
  if (actors === undefined) requireNoActor(allowedCalls);
  return httpApp({
    ...options,
    guards: [
      counter.middleware,
      ...callerGuards(sidecarToken, allowedCalls),
      ...(hmacKey === undefined ? [] : [useFingerprintKey(hmacKey)]),
      ...(faults === undefined ? [] : [faults.middleware]),
    ],
    authenticate: actors && authenticateActor(actors),
    routes: {
      ...(faults && { '/faults': faults.routes }),
      ...options.routes,
      ...(actors && { '/vitals': vitalsRoutes({ counter, ready: options.ready, faults: faults?.current }) }),
    },
  });
};

const POOL_CONNECTIONS = 10;

/**
 * The configuration of a process. Services add settings to those of the gateway, and services with a database add more.
 */
type RuntimeConfig = ProcessConfig &
  Partial<ServiceConfig> &
  Readonly<{ DATABASE_URL?: string; FINGERPRINT_KEY?: string | undefined }>;

type ServiceRuntimeOptions<C extends RuntimeConfig> = Readonly<{
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
    config.DATABASE_URL === undefined ? undefined : databasePool(config.DATABASE_URL, poolConnections);
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
      const stopCollecting = releaseMemoryWhenIdle();
      listen(app, {
        host: config.HOST,
        port: config.PORT,
        keepAliveSeconds: config.KEEP_ALIVE_SECONDS,
        logger,
        ...(onDrainStart && { onDrainStart }),
        onClosed: async () => {
          stopCollecting();
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
