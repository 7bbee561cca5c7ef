import type { DeliveryProblem } from '@bankside/dapr';
import type { Logger } from './logger';

/** Logs rejected deliveries without their content, which may be personal data. */
export const logDeliveryProblem =
  (logger: Logger) =>
  ({ source, problem, detail }: DeliveryProblem): void =>
    logger.error(
      { source, problem, ...(detail instanceof Error && { err: detail }) },
      'a delivery was rejected',
    );
