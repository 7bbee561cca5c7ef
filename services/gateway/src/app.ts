import { openApi, operations } from '@bankside/contracts/http';
import type { Invoke } from '@bankside/dapr';
import { httpService, type Logger, type Metrics } from '@bankside/service';
import { docsRouter } from './docs';
import { customerHandlers } from './handlers/customers';
import { operatorHandlers } from './handlers/operators';
import { shopHandlers } from './handlers/shop';
import { apiRouter } from './router';
import type { Sagas } from './sagas';
import { upstream } from './upstream';

export type GatewayDeps = Readonly<{
  logger: Logger;
  metrics: Metrics;
  invoke: Invoke;
  sagas: Sagas;
  ready: () => Promise<void>;
  /** Files of swagger-ui-dist. */
  docsFolder: string;
  version: string;
}>;

export const createApp = ({ logger, metrics, invoke, sagas, ready, docsFolder, version }: GatewayDeps) => {
  const services = upstream(invoke);
  const api = apiRouter(operations, {
    ...customerHandlers(services),
    ...shopHandlers(services),
    ...operatorHandlers(services, sagas),
  });
  const docs = docsRouter(openApi(operations, version), docsFolder);
  return httpService({ logger, metrics, ready, unparsed: [docs], routes: { '/': api } });
};
