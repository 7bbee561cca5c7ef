// Preloaded into every service of the system under test. While its folder has a file with the name of the service, the
// service ignores the trace context of its callers, as one without a propagator does.
const { existsSync } = require('node:fs');
const { Server } = require('node:http');
const { basename, join } = require('node:path');
const { isMainThread } = require('node:worker_threads');

if (isMainThread) {
  const file = join(process.env.BANKSIDE_E2E_DEAF, basename(process.argv[1], '.cjs'));
  const { emit } = Server.prototype;
  Server.prototype.emit = function withoutTrace(event, request, ...rest) {
    if (event === 'request' && existsSync(file)) delete request.headers.traceparent;
    return emit.call(this, event, request, ...rest);
  };
}
