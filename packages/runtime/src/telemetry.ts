import { startTelemetry } from '@bankside/telemetry';
import { throttle } from '@bankside/std';
import { begin, counter } from '@bankside/metrics';
import type { Registry } from 'prom-client';
import type { ProcessConfig } from './config';
import type { Logger } from './logger';

const LOG_EVERY_MS = 60_000;

/** Exports the spans of a process, if it has a receiver for them, and counts them. */
export const telemetryOf = (
  service: string,
  config: Pick<ProcessConfig, 'OTEL_EXPORTER_OTLP_ENDPOINT' | 'OTEL_TRACES_SAMPLER_ARG'>,
  { logger, metrics }: Readonly<{ logger: Logger; metrics: Registry }>,
) => {
  const ended = counter(metrics, 'telemetry_spans_total');
  begin(ended, [{ result: 'exported' }, { result: 'dropped' }]);
  const isLogged = throttle(LOG_EVERY_MS, () => performance.now());
  return startTelemetry({
    service,
    endpoint: config.OTEL_EXPORTER_OTLP_ENDPOINT,
    ratio: config.OTEL_TRACES_SAMPLER_ARG,
    onResult: (result, spans, error) => {
      ended.inc({ result }, spans);
      if (result === 'dropped' && isLogged(result))
        logger.warn(
          { err: error, spans },
          'spans were dropped; further ones within a minute are only counted',
        );
    },
  });
};
