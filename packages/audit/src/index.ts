export type { CheckResult, Get } from './api';
export { crossServiceAudit, type OpenMatter } from './cross-service';
export { runAudit, type AuditOptions } from './run-audit';
export { amount, text, type StoredEvent } from './stored-event';
