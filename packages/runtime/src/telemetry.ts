import { startTelemetry } from '@bankside/telemetry';
import { throttle } from '@bankside/std';
import { Counter, type Registry } from 'prom-client';
import type { ProcessConfig } from './config';
import type { Logger } from './logger';

const LOG_EVERY_MS = 60_000;

export const spanCounter = (registry: Registry) =>
  new Counter({
    name: 'telemetry_spans_total',
    help: 'Ended spans by result: exported, or dropped because the receiver was down or slow',
    labelNames: ['result'],
    registers: [registry],
  });

/** Exports the spans of a process, if it has a receiver for them, and counts them. */
export const telemetryOf = (
  service: string,
  config: Pick<ProcessConfig, 'OTEL_EXPORTER_OTLP_ENDPOINT' | 'OTEL_TRACES_SAMPLER_ARG'>,
  { logger, metrics }: Readonly<{ logger: Logger; metrics: Registry }>,
) => {
  const counter = spanCounter(metrics);
  const isLogged = throttle(LOG_EVERY_MS, () => performance.now());
  return startTelemetry({
    service,
    endpoint: config.OTEL_EXPORTER_OTLP_ENDPOINT,
    ratio: config.OTEL_TRACES_SAMPLER_ARG,
    onResult: (result, spans, error) => {
      counter.inc({ result }, spans);
      if (result === 'dropped' && isLogged(result))
        logger.warn(
          { err: error, spans },
          'spans were dropped; further ones within a minute are only counted',
        );
    },
  });
};
