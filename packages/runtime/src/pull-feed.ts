import { Outage, type Invoke } from '@bankside/dapr';
import type { FeedPage } from '@bankside/contracts';
import type { PageRequest } from '@bankside/feed';

const TIMEOUT_MS = 10_000;

/** Reads pages of a service's feed by service invocation. @throws Outage for every response but a page */
export const pullFeed =
  (invoke: Invoke, source: string) =>
  async ({ partition, after, limit, flushed = false, witnessed }: PageRequest): Promise<FeedPage> => {
    const named = witnessed === undefined ? '' : `&witnessed=${witnessed}`;
    const path = `feed?partition=${partition}&after=${after}&limit=${limit}&flushed=${flushed}${named}`;
    const { status, body } = await invoke(source, 'GET', path, { timeoutMs: TIMEOUT_MS });
    if (status !== 200) throw new Outage(`the feed of ${source} responded ${status}`);
    return body as FeedPage;
  };
