import type { CircuitBreakers, Clock, SectionCache } from '@bankside/composition';
import { asyncApi, eventSchemas } from '@bankside/contracts/documents';
import { openApi, operations, type Operation } from '@bankside/contracts/http';
import type { SignActor } from '@bankside/auth';
import type { Invoke } from '@bankside/dapr';
import { requestCounter, serviceApp, type Logger, type Metrics } from '@bankside/runtime';
import type { Router } from 'express';
import type { AuditLog } from './audit-log/audit-log';
import { auditRecorder } from './audit-log/recorder';
import { consoleRouter } from './console';
import type { Curves } from './curves/curves';
import { docsRouter } from './docs';
import { protection } from './edge/protection';
import { attentionHandlers } from './handlers/attention';
import { auditLogHandlers } from './handlers/audit-log';
import { consumerHandlers } from './handlers/consumers';
import { curvesHandlers } from './handlers/curves';
import { closureHandlers } from './handlers/closures';
import { customerHandlers } from './handlers/customers';
import { faultHandlers } from './handlers/faults';
import { liveHandlers, type LiveDeps } from './handlers/live';
import { accountHandlers } from './handlers/accounts';
import { cardHandlers } from './handlers/cards';
import { inventoryHandlers } from './handlers/inventory';
import { journalHandlers } from './handlers/journal';
import { loanHandlers } from './handlers/loans';
import { orderHandlers } from './handlers/orders';
import { operatorHandlers } from './handlers/operators';
import { sagaDecisionHandlers } from './handlers/saga-decisions';
import { sagaHandlers } from './handlers/sagas';
import { storyHandlers } from './handlers/stories';
import { summaryHandlers } from './handlers/summaries';
import { systemHandlers } from './handlers/system';
import { transferHandlers } from './handlers/transfers';
import { projectionHandlers } from './handlers/projections';
import { viewHandlers } from './handlers/views';
import { lastingSagas } from './lasting-sagas';
import { GATEWAY, invokeAs, upstream } from './upstream';
import { problemPages } from './problem-pages';
import { apiRouter, type AccessControl, type OnContractViolation } from './router';
import type { SagaRequests } from './saga-requests';
import type { SagaRuns } from './saga-runs';
import type { Sagas } from './sagas';
import { requestObserver, type RequestLog } from './stories/request-log';
import { viewLag } from './view-lag';

type GatewayDeps = Readonly<{
  logger: Logger;
  metrics: Metrics;
  invoke: Invoke;
  /** Signs the token that identifies the actor to a service. */
  sign: SignActor;
  sagas: Sagas;
  runs: SagaRuns;
  requests: SagaRequests;
  clock: Clock;
  /** Sections of summaries, shown as stale while their owner does not respond. */
  sectionCache: SectionCache;
  breakers: CircuitBreakers;
  live: LiveDeps;
  access: AccessControl;
  auditLog: AuditLog;
  requestLog: RequestLog;
  curves: Curves;
  onContractViolation: OnContractViolation;
  /** Routes that need no token, such as those of the development issuer. */
  publicRoutes?: readonly Router[];
  ready: () => Promise<void>;
  /** The folders with the files of the page `/docs`. */
  docsFolders: readonly string[];
  /** Other origins whose pages may call the API. */
  allowedOrigins?: readonly string[];
  version: string;
}>;

export const createApp = (deps: GatewayDeps) => {
  const {
    logger,
    metrics,
    invoke,
    sign,
    sagas,
    runs,
    requests,
    clock,
    sectionCache,
    breakers,
    live,
    access,
    auditLog,
    requestLog,
    curves,
    onContractViolation,
    ready,
    publicRoutes = [],
    docsFolders,
    allowedOrigins = [],
    version,
  } = deps;
  const actingAs = invokeAs(invoke, sign);
  const services = upstream(actingAs, clock);
  const lasting = lastingSagas(sagas, actingAs(GATEWAY), clock);
  const counter = requestCounter();
  const lag = viewLag('customer-profile', actingAs(GATEWAY), clock.now);
  const handlers = {
    ...customerHandlers(services),
    ...closureHandlers(services, runs),
    ...accountHandlers(services),
    ...transferHandlers(services, runs),
    ...cardHandlers(services),
    ...loanHandlers(services, runs),
    ...inventoryHandlers(services),
    ...orderHandlers(services, runs),
    ...summaryHandlers({ services, actingAs, sign, clock, cache: sectionCache, breakers, lag }),
    ...sagaHandlers(services, runs),
    ...operatorHandlers(services, lasting),
    ...attentionHandlers(services),
    ...consumerHandlers(services),
    ...projectionHandlers(services),
    ...storyHandlers(services, { sagas: lasting, requests: requestLog, now: clock.now }),
    ...viewHandlers(services),
    ...journalHandlers(services),
    ...liveHandlers(live),
    ...sagaDecisionHandlers(requests),
    ...faultHandlers(services),
    ...systemHandlers({ invoke: actingAs(GATEWAY), counter, now: clock.now }),
    ...auditLogHandlers(auditLog),
    ...curvesHandlers(curves, auditLog),
  };
  const record = auditRecorder(auditLog, (error) =>
    logger.error({ err: error }, 'the outcome of a recorded action was lost'),
  );
  const onChange = requestObserver(requestLog, clock.now);
  const apiOf = (isPart: (operation: Operation) => boolean): Router =>
    apiRouter(
      Object.fromEntries(Object.entries<Operation>(operations).filter(([, operation]) => isPart(operation))),
      handlers,
      { ...access, onContractViolation, onChange, record },
    );
  const files = apiOf(({ file }) => file !== undefined);
  const documents = {
    openApi: openApi(version),
    asyncApi: asyncApi(version),
    schemas: eventSchemas(),
  };
  const docs = [docsRouter(documents, docsFolders), problemPages(operations)];
  const page = consoleRouter(invoke, clock);
  return serviceApp({
    logger,
    metrics,
    exposeMetrics: false,
    counter,
    isEdge: true,
    ready,
    rawBodyRouters: [protection(allowedOrigins), page, ...docs, ...publicRoutes, files],
    routes: { '/': apiOf(({ file }) => file === undefined) },
  });
};
