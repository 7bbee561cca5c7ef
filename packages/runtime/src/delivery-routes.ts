import {
  eventKeys,
  rejectedMessages,
  subscriptionRoutes,
  type DeliveryProblem,
  type EventHandler,
} from '@bankside/dapr';
import { throttle } from '@bankside/std';
import type { Router } from 'express';
import { begin, counter } from '@bankside/metrics';
import type { Registry } from 'prom-client';
import type { Logger } from './logger';

/** At most one log line per source and problem in this time: forged messages must not fill the disk. */
const LOG_EVERY_MS = 60_000;

type DeliveryRuntime = Readonly<{
  logger: Logger;
  metrics: Registry;
  config: Readonly<{ EVENT_PUBLIC_KEYS: Readonly<Record<string, string>> }>;
}>;

/** Counts and logs rejected deliveries, without their content, which may be personal data. */
const deliveryProblems = (
  { logger, metrics }: Omit<DeliveryRuntime, 'config'>,
  sources: readonly string[],
  now: () => number,
) => {
  const rejected = counter(metrics, 'event_deliveries_rejected_total');
  const problems = [...rejectedMessages, 'handler-failed'];
  begin(
    rejected,
    sources.flatMap((source) => problems.map((problem) => ({ source, problem }))),
  );
  const isLogged = throttle(LOG_EVERY_MS, now);
  return ({ source, problem, error }: DeliveryProblem): void => {
    rejected.inc({ source, problem });
    if (!isLogged(`${source} ${problem}`)) return;
    logger.error(
      { source, problem, ...(error instanceof Error && { err: error }) },
      'a delivery was rejected; further ones within a minute are only counted',
    );
  };
};

/** The routes to which the sidecar delivers events, by source. */
export const deliveryRoutes = (
  { config, ...runtime }: DeliveryRuntime,
  handlers: Readonly<Record<string, EventHandler>>,
): Router =>
  subscriptionRoutes({
    handlers,
    keys: eventKeys(config.EVENT_PUBLIC_KEYS),
    report: deliveryProblems(runtime, Object.keys(handlers), () => performance.now()),
  });
