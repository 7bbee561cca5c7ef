/** After this time every view includes a write, in milliseconds. */
const WINDOW_MS = 30_000;
/** Maximum tokens per read; the API accepts twenty. */
const MOST = 8;

/**
 * The `Consistency-Token`s of this page's recent writes. Reads send them along, so that users see their own changes. Only
 * the last token of each stream counts.
 */
export const consistencyTokens = (now: () => number) => {
  const tokens = new Map<string, Readonly<{ token: string; at: number }>>();
  return {
    add: (token: string): void => {
      const stream = token.slice(0, token.lastIndexOf('@'));
      tokens.delete(stream);
      tokens.set(stream, { token, at: now() });
      const [oldest] = tokens.size > MOST ? tokens.keys() : [];
      if (oldest !== undefined) tokens.delete(oldest);
    },
    /** The header value; undefined without recent writes. */
    header: (): string | undefined => {
      for (const [stream, { at }] of tokens) if (now() - at > WINDOW_MS) tokens.delete(stream);
      return tokens.size === 0 ? undefined : [...tokens.values()].map(({ token }) => token).join(',');
    },
  };
};
export type ConsistencyTokens = ReturnType<typeof consistencyTokens>;
