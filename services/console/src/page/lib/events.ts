import type { Api } from './api';
import type { LiveEvent } from './answers';
import { sseReader } from './sse';

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 8_000;

export type LiveState = 'connecting' | 'live' | 'broken';

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * Reads the live events until told to stop; after a break it goes on where it was, so nothing is missed. By `fetch`, since
 * an EventSource sends no Authorization.
 */
export const followEvents = (
  { token, renew }: Pick<Api, 'token' | 'renew'>,
  onEvents: (events: readonly LiveEvent[]) => void,
  onState: (state: LiveState) => void,
): (() => void) => {
  const stop = new AbortController();
  let lastId: string | undefined;

  const readOnce = async (): Promise<void> => {
    const answer = await fetch('/api/events', {
      headers: {
        authorization: `Bearer ${token()}`,
        ...(lastId !== undefined && { 'last-event-id': lastId }),
      },
      signal: stop.signal,
    });
    if (answer.status === 401) await renew();
    if (!answer.ok || answer.body === null) throw new Error(`status ${answer.status}`);
    onState('live');
    const read = sseReader();
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
      const news = read(piece.value);
      lastId = news.findLast(({ id }) => id !== undefined)?.id ?? lastId;
      const events = news.flatMap(({ data }) => (data === undefined ? [] : [JSON.parse(data) as LiveEvent]));
      if (events.length > 0) onEvents(events);
    }
  };

  const follow = async (): Promise<void> => {
    for (let waitMs = FIRST_WAIT_MS; !stop.signal.aborted; waitMs = Math.min(2 * waitMs, LONGEST_WAIT_MS)) {
      try {
        await readOnce();
        waitMs = FIRST_WAIT_MS;
      } catch {
        if (!stop.signal.aborted) onState('broken');
      }
      await wait(waitMs);
    }
  };
  onState('connecting');
  void follow();
  return () => stop.abort();
};
