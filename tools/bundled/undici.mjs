// undici in bundles: programs use its pools alone. Its index also loads fetch, WebSockets, caches and mocks, a fifth of the CPU
// time in which a service loads its modules.
export { default as Pool } from '../../node_modules/undici/lib/dispatcher/pool.js';
