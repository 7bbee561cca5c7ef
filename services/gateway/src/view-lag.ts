import type { Invoke } from '@bankside/dapr';
import { ACTOR_HEADER, type Actor } from '@bankside/auth';
export type SourceLag = Readonly<{ state: 'current' | 'behind' | 'stuck' | 'unknown'; seconds: number }>;
/** By source; undefined while the projection service has not told. */
export type ViewLag = () => ReadonlyMap<string, SourceLag> | undefined;

/** How old what is known may be before it is asked for again. */
const FRESH_MS = 1_000;
const TIMEOUT_MS = 1_000;
/** The gateway asks for itself: whoever reads a view may know how old it is. */
const SELF: Actor = { subject: 'gateway', roles: ['operator'] };

type Answer = Readonly<{ sources: readonly (SourceLag & Readonly<{ source: string }>)[] }>;

/** How far a view is behind its sources. Never waits: it tells what it knows, and asks anew beside that. */
export const viewLag = (
  view: string,
  invoke: Invoke,
  sign: (who: Actor) => Promise<string>,
  now: () => number,
): ViewLag => {
  let known: ReadonlyMap<string, SourceLag> | undefined;
  let askAgainAt = 0;

  const ask = async (): Promise<void> => {
    const headers = { [ACTOR_HEADER]: await sign(SELF) };
    const { status, body } = await invoke('projection', 'GET', `projections/${view}`, {
      headers,
      timeoutMs: TIMEOUT_MS,
    });
    if (status !== 200) throw new Error(`answered ${status}`);
    known = new Map(
      (body as Answer).sources.map(({ source, state, seconds }) => [source, { state, seconds }]),
    );
  };

  return () => {
    if (now() >= askAgainAt) {
      askAgainAt = now() + FRESH_MS;
      void ask().catch(() => {
        known = undefined; // Better no age than a wrong one.
      });
    }
    return known;
  };
};
