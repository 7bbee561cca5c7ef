import type { AuditLog } from '../audit-log/audit-log';
import type { Handlers } from '../router';
import { ok } from '../upstream';

export const auditLogHandlers = (log: AuditLog): Pick<Handlers, 'listAuditLog'> => ({
  listAuditLog: async ({ query }) => ok(await log.list(query)),
});
