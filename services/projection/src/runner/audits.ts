import { setTimeout as wait } from 'node:timers/promises';
import { nameOf, type Generation } from '../store/port';
import type { Audit } from './audit';

/** How long who asks is kept waiting: less than any caller's time limit. */
const WAIT_MS = 3_000;
/** How long a finished audit is kept for who asks again. */
const KEPT_MS = 30_000;

export type AuditsOptions = Readonly<{
  run: (generation: Generation) => Promise<Audit>;
  waitMs?: number;
}>;

/** One audit of a generation at a time. It goes on when who asked for it waits no longer, and is told to who asks next. */
export const audits = ({ run, waitMs = WAIT_MS }: AuditsOptions) => {
  const begun = new Map<string, Promise<Audit>>();

  const forget = (name: string, audit: Promise<Audit>): void => {
    if (begun.get(name) === audit) begun.delete(name);
  };
  const begin = (generation: Generation): Promise<Audit> => {
    const name = nameOf(generation);
    const audit = run(generation);
    begun.set(name, audit);
    audit.then(
      () => setTimeout(() => forget(name, audit), KEPT_MS).unref(),
      () => forget(name, audit),
    );
    return audit;
  };

  /** @returns nothing while it goes on */
  return async (generation: Generation): Promise<Audit | undefined> => {
    const name = nameOf(generation);
    const audit = begun.get(name) ?? begin(generation);
    const found = await Promise.race([audit, wait(waitMs, undefined, { ref: false })]);
    if (found !== undefined) forget(name, audit); // Who asks from now on means what is stored from now on.
    return found;
  };
};
