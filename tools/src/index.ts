export { freePort } from './ports';
export { startBacking, type Backing, type BackingOptions } from './testing/backing';
export { sharedAddress, sharedMongodb } from './testing/addresses';
export { sharedFile } from './testing/shared-file';
export { beginTestRun, endTestRun } from './testing/test-run';
export { compareCalls } from './testing/calls';
export { brokerAt, ownBroker } from './testing/broker';
export { brokerRestart } from './broker/restart';
export { isKafka, topicPrefixOf } from './broker/address';
export { mongodbDatabase } from './processes/ferretdb';
export { createDatabase, createServiceDatabase } from './testing/database';
export { rowsOf, withClient, type Database } from './processes/database';
export { redisServer } from './dapr/resources';
export { newNamesFile, startSidecar, type TestSidecar, type TestSidecarOptions } from './testing/sidecar';
export {
  outcomeOf,
  publishedAbout,
  START_WITHIN_MS,
  startServices,
  tally,
  type Api,
  type ApiResponse,
  type TestServices,
} from './testing/services';
export { bankClient, type BankClient, type TestCustomer } from './testing/bank-client';
export { usageByProgram, type Usage } from './supervision/process-usage';
export { until } from './supervision/until';
export type { ManagedProcess } from './supervision/restart-on-exit';
export { messageOf, PreflightError } from './errors';
export { projectRoot } from './root';
export { dataFolder, runningSystem, type SystemAddresses } from './system/data-folder';
export { allowedCallsOf } from './system/allowed-calls';
export { allServices } from './system/services';
export type { Impairment } from './network/impairment';
export { networkProxy, type EffectsByLink } from './network/proxy';
export { NO_EFFECTS, type Effects } from './network/link';
export { endsOf, isSidecar, kindOfLink, podOf } from './network/pairs';
export type { ProxiedNetwork } from './system/network';
export { startSystem, type System, type SystemOptions } from './system/system';
export type { OnProcessEvent, ProcessEvent } from './supervision/restart-on-exit';
