import type { Logger } from '@bankside/runtime';
import { DefaultLogger, type Logger as TemporalLogger } from '@temporalio/worker';

/** Writes the log of Temporal's SDK and of the workflows to the log of the process. */
export const temporalLogger = (logger: Logger): TemporalLogger =>
  new DefaultLogger('INFO', ({ level, message, meta }) => {
    switch (level) {
      case 'ERROR':
        return logger.error(meta ?? {}, message);
      case 'WARN':
        return logger.warn(meta ?? {}, message);
      case 'INFO':
        return logger.info(meta ?? {}, message);
      case 'DEBUG':
      case 'TRACE':
        return logger.debug(meta ?? {}, message);
    }
  });
