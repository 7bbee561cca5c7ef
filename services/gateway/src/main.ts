import { circuitBreakers, sectionCache, systemClock } from '@bankside/composition';
import { actorSigner } from '@bankside/auth';
import {
  readConfig,
  serviceRuntime,
  temporalConnectionOptions,
  watchedBreakers,
  watchedSections,
} from '@bankside/runtime';
import { httpServer, metricsApp } from '@bankside/http';
import { Client, Connection } from '@temporalio/client';
import { auditLog } from './audit-log/audit-log';
import { createApp } from './app';
import { authenticator } from './auth/authenticate';
import { customerStanding, withStanding } from './auth/standing';
import { devIssuer } from './auth/dev-issuer';
import { oidcKeys, type Issuer } from './auth/issuer';
import { gatewayConfig } from './config';
import { curves } from './curves/curves';
import { endedSagas } from './curves/ended-sagas';
import { rateLimiter } from './edge/rate-limit';
import { cursorCodec } from './live/cursor';
import { feedsOf } from './live/feeds';
import { liveHub } from './live/hub';
import { livePlaces } from './live/places';
import { withE164 } from './mobile-numbers';
import { GATEWAY, invokeAs } from './upstream';
import { sagaRequests } from './saga-requests';
import { sagaRuns } from './saga-runs';
import { temporalSagas } from './sagas';
import { requestLog } from './stories/request-log';

/** Sections of summaries that are cached, and for how long they may be shown as stale. */
const CACHED_SECTIONS = 20_000;
const MAX_SECTION_AGE_MS = 300_000;

/** Of one replica to the database of the audit log. */
const AUDIT_LOG_CONNECTIONS = 4;
/**
 * A connection that the network dropped silently is replaced after 20 s; the default would be 45 s. Temporal's server
 * accepts a ping every 10 s.
 */
const TEMPORAL_KEEPALIVE = { 'grpc.keepalive_time_ms': 15_000, 'grpc.keepalive_timeout_ms': 5_000 };
const LIVE_PLACES = { total: 500, reserve: 100, each: { customer: 6, staff: 50 } };

const config = readConfig(process.env, gatewayConfig);

const runtime = serviceRuntime({ name: 'gateway', config, poolConnections: AUDIT_LOG_CONNECTIONS });
const { logger, metrics, invoke, pool } = runtime;
// Lazy, so that the gateway serves all other calls while Temporal is down.
const connection = Connection.lazy({ ...temporalConnectionOptions(config), channelArgs: TEMPORAL_KEEPALIVE });
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
const hasLeft = customerStanding(invoke, sign, systemClock);

const requests = requestLog(pool, (error) =>
  logger.warn({ err: error }, 'requests were not recorded; their stories lack them'),
);

const history = curves({
  invoke: invokeAs(invoke, sign)(GATEWAY),
  ended: endedSagas(temporal, Date.now),
  now: Date.now,
});

const app = createApp({
  logger,
  metrics,
  invoke,
  sign,
  sagas: temporalSagas(temporal, config.TEMPORAL_UI_URL),
  runs: sagaRuns(temporal),
  requests: sagaRequests(temporal),
  clock: systemClock,
  sectionCache: watchedSections(metrics, sectionCache(CACHED_SECTIONS, MAX_SECTION_AGE_MS)),
  breakers: watchedBreakers(metrics, circuitBreakers(), systemClock),
  live: {
    hub: liveHub(feedsOf(invoke, sign)),
    codec: cursorCodec(config.ACTOR_PRIVATE_KEY), // The secret that all replicas share.
    places: livePlaces(LIVE_PLACES),
    hasLeft,
    stopping: stopping.signal,
  },
  auditLog: auditLog(pool),
  requestLog: requests,
  curves: history,
  access: {
    authenticate: withStanding(authenticator(issuers), hasLeft),
    normalizeNumbers: withE164(config.MOBILE_NUMBER_COUNTRY),
    limit: rateLimiter(config.RATE_LIMIT),
  },
  ...(development && { publicRoutes: [development.routes()] }),
  onContractViolation: (operation, what) =>
    logger.error({ operation, what }, 'a response violates the contract of the API'),
  ready: runtime.requireSidecar,
  allowedOrigins: config.ALLOWED_ORIGINS,
  docsFolders: [config.DOCS_FOLDER],
  version: config.VERSION,
});

app.set('trust proxy', config.TRUSTED_PROXIES);
if (config.METRICS_PORT !== undefined)
  httpServer(metricsApp(metrics)).listen(config.METRICS_PORT, config.HOST);
runtime.listen(app, {
  start: async () => history.start(),
  onDrainStart: () => {
    stopping.abort();
    history.stop();
  },
  close: async () => {
    await requests.stop();
    await connection.close();
  },
});
