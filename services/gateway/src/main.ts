import { join } from 'node:path';
import { circuitBreakers, sectionCache, systemClock } from '@bankside/composition';
import { actorSigner } from '@bankside/auth';
import {
  port,
  processConfig,
  readConfig,
  serviceRuntime,
  temporalConfig,
  temporalConnectionOptions,
} from '@bankside/runtime';
import { httpServer, metricsApp } from '@bankside/http';
import { Client, Connection } from '@temporalio/client';
import { z } from 'zod';
import { createApp } from './app';
import { authenticator } from './auth/authenticate';
import { devIssuer } from './auth/dev-issuer';
import { oidcKeys, tokenAlgorithms, type Issuer } from './auth/issuer';
import { rateLimiter } from './edge/rate-limit';
import { feedsOf } from './live/feeds';
import { liveHub } from './live/hub';
import { sagaRequests } from './saga-requests';
import { sagaRuns } from './saga-runs';
import { temporalSagas } from './sagas';

/** Sections of summaries that are cached, and for how long they may be shown as stale. */
const CACHED_SECTIONS = 20_000;
const MAX_SECTION_AGE_MS = 300_000;

const list = z.string().transform((text) => text.split(',').filter(Boolean));

const config = readConfig(process.env, {
  ...processConfig,
  /** Signs who asks, for the services: a key in PKCS#8 PEM format, Ed25519 or RSA. */
  ACTOR_PRIVATE_KEY: z.string(),
  DEV_TOKENS: z.enum(['enabled', 'disabled']).default('disabled'),
  DEV_ISSUER_KEY: z.string().optional(),
  /** Names, separated by commas, under which development tokens are issued besides loopback ones; `addresses` for any IP address. */
  DEV_TOKEN_HOSTS: list.default([]),
  OIDC_ISSUER: z.url().optional(),
  OIDC_AUDIENCE: z.string().default('bankside'),
  OIDC_ALGORITHMS: list.default([...tokenAlgorithms]).pipe(z.array(z.enum(tokenAlgorithms)).min(1)),
  OIDC_ROLES_CLAIM: z.string().default('roles'),
  OIDC_CUSTOMER_CLAIM: z.string().default('customerId'),
  /** Calls in a second by one caller, for each replica; 0 for no limit. */
  RATE_LIMIT: z.coerce.number().min(0).default(100),
  /** Origins, separated by commas, whose pages may call. */
  ALLOWED_ORIGINS: list.default([]),
  /** How many proxies stand in front, each of which says in X-Forwarded-For whom it speaks for. */
  TRUSTED_PROXIES: z.coerce.number().int().min(0).default(0),
  ...temporalConfig,
  /** Temporal's own web page, as operators reach it: sagas are then shown with a link to it. */
  TEMPORAL_UI_URL: z.url().optional(),
  /** Files of swagger-ui-dist; the build puts them beside the program. */
  DOCS_FOLDER: z.string().default(join(__dirname, 'swagger-ui')),
  VERSION: z.string().default('0.1.0'),
  /** Where metrics are read, apart from the port that everybody can reach. Without it they are not. */
  METRICS_PORT: port.optional(),
});

const runtime = serviceRuntime({ name: 'gateway', config });
const { logger, metrics, invoke } = runtime;
// Lazy, so that the gateway serves all other calls while Temporal is down.
const connection = Connection.lazy(temporalConnectionOptions(config));
const temporal = new Client({ connection, namespace: config.TEMPORAL_NAMESPACE });

const development =
  config.DEV_TOKENS === 'enabled'
    ? devIssuer(config.DEV_ISSUER_KEY, { hosts: config.DEV_TOKEN_HOSTS })
    : undefined;
const openId: Issuer[] =
  config.OIDC_ISSUER === undefined
    ? []
    : [
        {
          issuer: config.OIDC_ISSUER,
          audience: config.OIDC_AUDIENCE,
          keys: oidcKeys(config.OIDC_ISSUER),
          algorithms: config.OIDC_ALGORITHMS,
          rolesClaim: config.OIDC_ROLES_CLAIM,
          customerClaim: config.OIDC_CUSTOMER_CLAIM,
        },
      ];
const issuers = [...openId, ...(development ? [development.issuer] : [])];
if (issuers.length === 0)
  throw new Error('No issuer of tokens: set OIDC_ISSUER, or DEV_TOKENS=enabled for development.');

const stopping = new AbortController();
const sign = actorSigner(config.ACTOR_PRIVATE_KEY);

const app = createApp({
  logger,
  metrics,
  invoke,
  sagas: temporalSagas(temporal, config.TEMPORAL_UI_URL),
  runs: sagaRuns(temporal),
  requests: sagaRequests(temporal),
  clock: systemClock,
  sectionCache: sectionCache(CACHED_SECTIONS, MAX_SECTION_AGE_MS),
  breakers: circuitBreakers(),
  live: { hub: liveHub(feedsOf(invoke, sign)), stopping: stopping.signal },
  access: {
    authenticate: authenticator(issuers),
    sign,
    limit: rateLimiter(config.RATE_LIMIT),
  },
  ...(development && { publicRoutes: [development.routes()] }),
  onContractViolation: (operation, what) =>
    logger.error({ operation, what }, 'a response violates the contract of the API'),
  ready: runtime.requireSidecar,
  allowedOrigins: config.ALLOWED_ORIGINS,
  docsFolder: config.DOCS_FOLDER,
  version: config.VERSION,
});

app.set('trust proxy', config.TRUSTED_PROXIES);
if (config.METRICS_PORT !== undefined)
  httpServer(metricsApp(metrics)).listen(config.METRICS_PORT, config.HOST);
runtime.listen(app, {
  onDrainStart: () => stopping.abort(),
  close: () => connection.close(),
});
