// undici in bundles: programs send requests through its pools alone. Its index also loads fetch, WebSockets, caches and mocks,
// a fifth of the CPU time in which a service loads its modules. Like the index, this gives the dispatchers their methods.
import request from '../../node_modules/undici/lib/api/api-request.js';
import Dispatcher from '../../node_modules/undici/lib/dispatcher/dispatcher.js';

Dispatcher.prototype.request = request;

export { default as Pool } from '../../node_modules/undici/lib/dispatcher/pool.js';
