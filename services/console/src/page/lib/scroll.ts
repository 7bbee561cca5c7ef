/** How long after Back the page may take to become as long as it was, in milliseconds. */
const PATIENCE_MS = 4_000;

type Entry = Readonly<{ id: number }>;

/** Where the user had scrolled to when they left it, by entry of the tab's history. */
const positions = new Map<number, number>();
let last = 0;
/** Where the current entry is to be scrolled to; undefined once it is there, or the user has taken over. */
let wanted: number | undefined = 0;

const entryOf = (state: unknown): number | undefined => (state as Entry | null)?.id;

/** The current entry; a new one gets an id, and begins at the top. */
const current = (): number => {
  const known = entryOf(history.state);
  if (known !== undefined) return known;
  last += 1;
  history.replaceState({ id: last } satisfies Entry, '');
  return last;
};

const isThere = (): void => (wanted = undefined);

/**
 * Remembers where each entry of the history is scrolled to. Must be called before the first rendering: the next page is
 * shorter while it loads, so the position is read before it is rendered.
 */
export const trackScroll = (): void => {
  history.scrollRestoration = 'manual';
  last = entryOf(history.state) ?? 0;
  let at = current();
  addEventListener('hashchange', () => {
    const next = current();
    if (next === at) return;
    positions.set(at, wanted ?? scrollY);
    at = next;
    wanted = positions.get(at) ?? 0;
  });
  for (const name of ['wheel', 'touchmove', 'keydown', 'pointerdown'] as const)
    addEventListener(name, isThere, { passive: true, capture: true });
};

/**
 * Scrolls to where the entry was: to the top for a new one. After Back the page grows while it loads, so this tries until
 * the page is long enough or the user takes over. The returned function ends that.
 */
export const restoreScroll = (): (() => void) => {
  const observer = new ResizeObserver(() => attempt());
  const timer = setTimeout(() => {
    isThere();
    end();
  }, PATIENCE_MS);
  const end = (): void => {
    observer.disconnect();
    clearTimeout(timer);
  };
  const attempt = (): void => {
    if (wanted !== undefined) scrollTo(0, wanted);
    if (wanted !== undefined && scrollY < Math.floor(wanted)) return;
    isThere();
    end();
  };
  observer.observe(document.body);
  attempt();
  return end;
};
