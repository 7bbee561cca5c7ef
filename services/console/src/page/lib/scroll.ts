/** How long after Back the page may take to become as long as it was, in milliseconds. */
const PATIENCE_MS = 4_000;

type Entry = Readonly<{ id: number }>;

/** Where the user had scrolled to, by entry of the tab's history. */
const positions = new Map<number, number>();
let last = 0;

const entryOf = (state: unknown): number | undefined => (state as Entry | null)?.id;

/** The current entry; a new one gets an id, and begins at the top. */
const current = (): number => {
  const known = entryOf(history.state);
  if (known !== undefined) return known;
  last += 1;
  history.replaceState({ id: last } satisfies Entry, '');
  return last;
};

/** Remembers where each entry of the history is scrolled to. */
export const trackScroll = (): void => {
  history.scrollRestoration = 'manual';
  last = entryOf(history.state) ?? 0;
  let at = current();
  addEventListener('scroll', () => positions.set(at, scrollY), { passive: true });
  addEventListener('hashchange', () => (at = current()));
};

/**
 * Scrolls to where the entry was: to the top for a new one. After Back the page grows while it loads, so this tries until
 * the page is long enough or the user scrolls. The returned function ends that.
 */
export const restoreScroll = (): (() => void) => {
  const wanted = positions.get(current()) ?? 0;
  const stop = new AbortController();
  const end = (): void => stop.abort();
  scrollTo(0, wanted);
  if (scrollY >= wanted) return end;
  const observer = new ResizeObserver(() => {
    scrollTo(0, wanted);
    if (scrollY >= wanted) end();
  });
  observer.observe(document.body);
  const timer = setTimeout(end, PATIENCE_MS);
  stop.signal.addEventListener('abort', () => {
    observer.disconnect();
    clearTimeout(timer);
  });
  for (const name of ['wheel', 'touchmove', 'keydown'] as const)
    addEventListener(name, end, { once: true, passive: true, signal: stop.signal });
  return end;
};
