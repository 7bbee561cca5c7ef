export { masterKey, type MasterKey } from './master-key';
export type { PersonalFields } from './personal-fields';
export { privateStore, type Personal } from './private-store';
export { isSealed, SEALED } from './sealing';
export { KEY_TTL_MS } from './key-ring';
