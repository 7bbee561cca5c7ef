/** How long what was written may need to be seen everywhere. */
const WINDOW_MS = 30_000;
/** Sent along with one read; the API takes twenty. */
const MOST = 8;

/**
 * What this page has written lately, as `Consistency-Token`s: sent along with what is read next, so that one sees one's
 * own changes. Of one stream only the last counts.
 */
export const written = (now: () => number) => {
  const tokens = new Map<string, Readonly<{ token: string; at: number }>>();
  return {
    add: (token: string): void => {
      const stream = token.slice(0, token.lastIndexOf('@'));
      tokens.delete(stream);
      tokens.set(stream, { token, at: now() });
      const [oldest] = tokens.size > MOST ? tokens.keys() : [];
      if (oldest !== undefined) tokens.delete(oldest);
    },
    /** The header; undefined when there is nothing to wait for. */
    header: (): string | undefined => {
      for (const [stream, { at }] of tokens) if (now() - at > WINDOW_MS) tokens.delete(stream);
      return tokens.size === 0 ? undefined : [...tokens.values()].map(({ token }) => token).join(',');
    },
  };
};
export type Written = ReturnType<typeof written>;
