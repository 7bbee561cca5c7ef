export type { CheckResult, Get } from './api';
export { crossServiceAudit, type OpenMatter } from './cross-service';
export { journalProblems, readEntries, storedBalances } from './journal';
export { runAudit, type AuditOptions } from './run-audit';
export { amountOf, textOf, type AuditedEvent } from './audited-event';
