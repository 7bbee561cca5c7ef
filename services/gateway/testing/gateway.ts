import { generateKeyPairSync, randomUUID } from 'node:crypto';
import type { Role } from '@bankside/contracts/http';
import { circuitBreakers, sectionCache, systemClock, type Clock } from '@bankside/composition';
import { invoker } from '@bankside/dapr';
import { actorSigner } from '@bankside/auth';
import { createLogger, createMetrics } from '@bankside/runtime';
import { newNamesFile, sharedAddress, startSidecar } from '@bankside/tools';
import { Client, Connection } from '@temporalio/client';
import type { AuditLog } from '../src/audit-log/audit-log';
import { createApp } from '../src/app';
import { authenticator } from '../src/auth/authenticate';
import { customerStanding, withStanding, type HasLeft } from '../src/auth/standing';
import { devIssuer } from '../src/auth/dev-issuer';
import { rateLimiter } from '../src/edge/rate-limit';
import { curves } from '../src/curves/curves';
import { endedSagas } from '../src/curves/ended-sagas';
import { GATEWAY, invokeAs } from '../src/upstream';
import { cursorCodec } from '../src/live/cursor';
import { feedsOf } from '../src/live/feeds';
import { liveHub } from '../src/live/hub';
import { livePlaces, type PlacesOptions } from '../src/live/places';
import { withE164 } from '../src/mobile-numbers';
import { sagaRequests } from '../src/saga-requests';
import { sagaRuns } from '../src/saga-runs';
import { temporalSagas } from '../src/sagas';
import { listen } from './listen';
import { noAuditLog } from './no-audit-log';

export const testKeys = () => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  return {
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  };
};

export type TestGatewayOptions = Readonly<{
  keys?: ReturnType<typeof testKeys>;
  /** Calls of one caller; 0 for no limit. */
  perSecond?: number;
  /** Fail when a response of a service violates the document of the API. */
  strict?: boolean;
  /** How long callers wait for a saga. */
  waitMs?: number;
  /** The task queue of its sagas. Default: one without a worker. */
  taskQueue?: string;
  /** Temporal's own web page. */
  temporalUiUrl?: string;
  clock?: Clock;
  /** Whether `customers` reports which customers left. Default: none has left. */
  standing?: boolean;
  places?: PlacesOptions;
  /** Default: none. */
  auditLog?: AuditLog;
}>;

const PLACES: PlacesOptions = { total: 500, reserve: 100, each: { customer: 6, staff: 50 } };
const hasLeftBy = (standing: boolean, hasLeft: HasLeft): HasLeft => (standing ? hasLeft : async () => false);

const defaults = (): Omit<Required<TestGatewayOptions>, 'temporalUiUrl'> & TestGatewayOptions => ({
  keys: testKeys(),
  perSecond: 0,
  strict: false,
  waitMs: 5_000,
  taskQueue: randomUUID(),
  clock: systemClock,
  standing: false,
  places: PLACES,
  auditLog: noAuditLog(),
});

/** A gateway with its sidecar, and a sidecar for each service that listens on one of these ports. */
export const startGateway = async (
  ports: Readonly<Record<string, number>>,
  options: TestGatewayOptions = {},
) => {
  const settings = { ...defaults(), ...options };
  const { keys, perSecond, strict, waitMs, taskQueue, temporalUiUrl, clock, standing, places, auditLog } =
    settings;

  const namesFile = newNamesFile();
  const own = await startSidecar({ appId: 'gateway', namesFile });
  const others = await Promise.all(
    Object.entries(ports).map(([appId, appPort]) => startSidecar({ appId, appPort, namesFile })),
  );
  const services = invoker({ sidecarUrl: own.httpUrl });
  const connection = Connection.lazy({ address: sharedAddress('TEMPORAL') });
  const temporal = new Client({ connection });
  const runs = sagaRuns(temporal, { waitMs, taskQueue });
  const issuer = devIssuer(undefined);
  const stopping = new AbortController();
  const sign = actorSigner(keys.privateKey);
  const hasLeft = hasLeftBy(standing, customerStanding(services.invoke, sign, clock));
  const history = curves({
    invoke: invokeAs(services.invoke, sign)(GATEWAY),
    ended: endedSagas(temporal, Date.now),
    now: Date.now,
  });
  const { url, port, close } = await listen(
    createApp({
      logger: createLogger('gateway', 'fatal'),
      metrics: createMetrics('gateway'),
      invoke: services.invoke,
      sign,
      sagas: temporalSagas(temporal, temporalUiUrl),
      runs,
      requests: sagaRequests(temporal),
      clock,
      sectionCache: sectionCache(100, 60_000),
      breakers: circuitBreakers(),
      live: {
        hub: liveHub(feedsOf(services.invoke, sign)),
        codec: cursorCodec(keys.privateKey),
        places: livePlaces(places),
        hasLeft,
        stopping: stopping.signal,
      },
      auditLog,
      requestLog: { add: () => undefined, of: async () => [], stop: async () => undefined },
      curves: history,
      access: {
        authenticate: withStanding(authenticator([issuer.issuer]), hasLeft),
        normalizeNumbers: withE164('RO'),
        limit: rateLimiter(perSecond),
      },
      publicRoutes: [issuer.routes()],
      onContractViolation: (operation, what) => {
        if (strict) throw new Error(`${operation}: ${what}`);
      },
      ready: async () => {},
      docsFolders: ['node_modules/swagger-ui-dist', 'services/gateway/docs-page'],
      version: '1.0.0',
    }),
  );
  const bearerOf = async (identity: Parameters<typeof issuer.issue>[0]): Promise<Record<string, string>> => ({
    authorization: `Bearer ${await issuer.issue(identity)}`,
  });
  return {
    url,
    port,
    bearer: (role: Role | Role[], customerId?: string) =>
      bearerOf({ role, ...(customerId !== undefined && { customerId }) }),
    bearerOf,
    /** Empty until it is started. */
    curves: history,
    stop: () => stopping.abort(),
    close: async () => {
      stopping.abort();
      history.stop();
      await close();
      await services.close();
      await connection.close();
      await Promise.all([own, ...others].map((one) => one.stop()));
    },
  };
};
export type TestGateway = Awaited<ReturnType<typeof startGateway>>;
