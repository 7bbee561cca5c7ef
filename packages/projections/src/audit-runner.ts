import { setTimeout as wait } from 'node:timers/promises';
import type { Audit } from './audit';
import { versionName, type ProjectionVersion } from './projection';

/** How long a request waits for the audit: less than the time limit of any caller. */
const WAIT_MS = 3_000;
/** How long a finished audit is kept for the next request. */
const KEPT_MS = 30_000;

export type AuditRunnerOptions = Readonly<{
  run: (version: ProjectionVersion) => Promise<Audit>;
  waitMs?: number;
}>;

/** Runs one audit of a version at a time. An audit outlives the request that started it; the next request returns it. */
export const auditRunner = ({ run, waitMs = WAIT_MS }: AuditRunnerOptions) => {
  const running = new Map<string, Promise<Audit>>();

  const forget = (name: string, audit: Promise<Audit>): void => {
    if (running.get(name) === audit) running.delete(name);
  };
  const start = (version: ProjectionVersion): Promise<Audit> => {
    const name = versionName(version);
    const audit = run(version);
    running.set(name, audit);
    audit.then(
      () => setTimeout(() => forget(name, audit), KEPT_MS).unref(),
      () => forget(name, audit),
    );
    return audit;
  };

  /** @returns undefined while the audit runs */
  return async (version: ProjectionVersion): Promise<Audit | undefined> => {
    const name = versionName(version);
    const audit = running.get(name) ?? start(version);
    const found = await Promise.race([audit, wait(waitMs, undefined, { ref: false })]);
    if (found !== undefined) forget(name, audit); // The next request audits what is stored then.
    return found;
  };
};
