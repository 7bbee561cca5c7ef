// Preloaded into every service of the system under test. While its folder has a file with the name of the service, the
// service ignores the trace context of its callers, as one without a propagator does.
import { subscribe } from 'node:diagnostics_channel';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { isMainThread } from 'node:worker_threads';

if (isMainThread) {
  const file = path.join(process.env.BANKSIDE_E2E_DEAF, path.basename(process.argv[1], '.cjs'));
  subscribe('http.server.request.start', ({ request }) => {
    if (existsSync(file)) delete request.headers.traceparent;
  });
}
