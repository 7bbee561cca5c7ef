import { currentTraceparent, logFieldsOf } from '@bankside/telemetry';
import pino, { type Logger } from 'pino';

export type { Logger };

/** Writes JSON lines to stdout, with the ids of the active span. */
export const createLogger = (service: string, level: string): Logger =>
  pino({
    level,
    base: { service },
    timestamp: pino.stdTimeFunctions.isoTime,
    mixin: () => logFieldsOf(currentTraceparent()),
  });
