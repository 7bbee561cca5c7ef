import type { AuditLog } from '../src/audit-log/audit-log';

/** Records nothing, for tests of other things. */
export const noAuditLog = (): AuditLog => ({
  begin: async () => '',
  end: async () => {},
  record: async () => {},
  list: async () => ({ entries: [] }),
});
