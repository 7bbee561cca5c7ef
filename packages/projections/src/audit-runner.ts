import { setTimeout as wait } from 'node:timers/promises';
import { versionName, type ProjectionVersion } from './stores/store';
import type { Audit } from './audit';

/** How long who asks is kept waiting: less than any caller's time limit. */
const WAIT_MS = 3_000;
/** How long a finished audit is kept for who asks again. */
const KEPT_MS = 30_000;

export type AuditRunnerOptions = Readonly<{
  run: (version: ProjectionVersion) => Promise<Audit>;
  waitMs?: number;
}>;

/** One audit of a generation at a time. It goes on when who asked for it waits no longer, and is told to who asks next. */
export const auditRunner = ({ run, waitMs = WAIT_MS }: AuditRunnerOptions) => {
  const begun = new Map<string, Promise<Audit>>();

  const forget = (name: string, audit: Promise<Audit>): void => {
    if (begun.get(name) === audit) begun.delete(name);
  };
  const begin = (version: ProjectionVersion): Promise<Audit> => {
    const name = versionName(version);
    const audit = run(version);
    begun.set(name, audit);
    audit.then(
      () => setTimeout(() => forget(name, audit), KEPT_MS).unref(),
      () => forget(name, audit),
    );
    return audit;
  };

  /** @returns nothing while it goes on */
  return async (version: ProjectionVersion): Promise<Audit | undefined> => {
    const name = versionName(version);
    const audit = begun.get(name) ?? begin(version);
    const found = await Promise.race([audit, wait(waitMs, undefined, { ref: false })]);
    if (found !== undefined) forget(name, audit); // Who asks from now on means what is stored from now on.
    return found;
  };
};
