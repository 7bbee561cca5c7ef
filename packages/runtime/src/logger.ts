import pino, { type Logger } from 'pino';

export type { Logger };

/** Writes JSON lines to stdout. */
export const createLogger = (service: string, level: string): Logger =>
  pino({
    level,
    base: { service },
    timestamp: pino.stdTimeFunctions.isoTime,
  });
