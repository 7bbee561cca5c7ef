import type { DeliveryProblem } from '@bankside/dapr';
import type { Logger } from './logger';

/** Logs deliveries that were not taken. What was delivered stays out of it: there may be persons in it. */
export const logDeliveryProblem =
  (logger: Logger) =>
  ({ source, problem, detail }: DeliveryProblem): void =>
    logger.error(
      { source, problem, ...(detail instanceof Error && { err: detail }) },
      'a delivery was not taken',
    );
