import type { Invoke } from '@bankside/dapr';
type SourceLag = Readonly<{ state: 'current' | 'behind' | 'stuck' | 'unknown'; seconds: number }>;
/** Lag by source; undefined while it is unknown. */
export type ViewLag = () => ReadonlyMap<string, SourceLag> | undefined;

/** How long a lag is used before it is refreshed. */
const FRESH_MS = 1_000;
const TIMEOUT_MS = 1_000;

type ProjectionStatus = Readonly<{ sources: readonly (SourceLag & Readonly<{ source: string }>)[] }>;

/**
 * How far a view is behind its sources. Every reader of the view may see it. Never blocks: returns the last known lag
 * and refreshes it in the background.
 */
export const viewLag = (view: string, invoke: Invoke, now: () => number): ViewLag => {
  let known: ReadonlyMap<string, SourceLag> | undefined;
  let refreshAt = 0;

  const refresh = async (): Promise<void> => {
    const { status, body } = await invoke('projection', 'GET', `projections/${view}`, {
      timeoutMs: TIMEOUT_MS,
    });
    if (status !== 200) throw new Error(`status ${status}`);
    known = new Map(
      (body as ProjectionStatus).sources.map(({ source, state, seconds }) => [source, { state, seconds }]),
    );
  };

  return () => {
    if (now() >= refreshAt) {
      refreshAt = now() + FRESH_MS;
      void refresh().catch(() => {
        known = undefined; // An unknown age is better than a wrong one.
      });
    }
    return known;
  };
};
