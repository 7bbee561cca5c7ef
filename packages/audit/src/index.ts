export type { CheckResult, Get, ResponseOf } from './api';
export { crossServiceAudit, type OpenMatter } from './cross-service';
export { journalProblems, readEntries, storedBalances } from './journal';
export { auditChains } from './chains';
export { auditStates, runAudit, type AuditOptions } from './run-audit';
export { amountOf, textOf, type AuditedEvent } from './audited-event';
