export { freePort } from './ports';
export { startBacking, type Backing, type BackingOptions } from './testing/backing';
export { sharedAddress } from './testing/addresses';
export { createDatabase } from './testing/database';
export { newNamesFile, startSidecar, type TestSidecar, type TestSidecarOptions } from './testing/sidecar';
export { until } from './process/until';
export type { Running } from './process/supervise';
