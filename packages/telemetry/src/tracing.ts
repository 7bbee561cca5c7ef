import type { Tracer } from '@opentelemetry/api';

/** Whether a span is recorded: `ratio` ignores the parent, `parent` follows it and applies the ratio without one. */
export type Sampling = 'always' | 'ratio' | 'parent';

/** What the SDK is to use for the span that is being started. Starting a span is synchronous. */
type NextSpan = { sampling: Sampling; spanId: string | undefined };

/** Set while tracing is on. */
export const tracing: { tracer: Tracer | undefined; readonly next: NextSpan } = {
  tracer: undefined,
  next: { sampling: 'parent', spanId: undefined },
};
