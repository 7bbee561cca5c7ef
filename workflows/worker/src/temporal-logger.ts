import type { Logger } from '@bankside/runtime';
import { DefaultLogger, type Logger as TemporalLogger } from '@temporalio/worker';

/** What Temporal's SDK and the workflows have to say, in the log of the process. */
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
