import { createParser, type EventSourceMessage } from 'eventsource-parser';
import type { Api } from './api';
import type { LiveEvent } from './api-types';

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 8_000;

export type LiveState = 'connecting' | 'live' | 'broken';

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * Follows the live events until the returned function is called. After a lost connection it resumes behind the last event.
 * It uses `fetch`, because an `EventSource` cannot send `Authorization`.
 */
export const followEvents = (
  { token, renew }: Pick<Api, 'token' | 'renew'>,
  onEvents: (events: readonly LiveEvent[]) => void,
  onState: (state: LiveState) => void,
): (() => void) => {
  const stop = new AbortController();
  let lastId: string | undefined;

  const readOnce = async (): Promise<void> => {
    const response = await fetch('/api/events', {
      headers: {
        authorization: `Bearer ${token()}`,
        ...(lastId !== undefined && { 'last-event-id': lastId }),
      },
      signal: stop.signal,
    });
    if (response.status === 401) await renew();
    if (!response.ok || response.body === null) throw new Error(`status ${response.status}`);
    onState('live');
    let received: EventSourceMessage[] = [];
    const parser = createParser({ onEvent: (message) => received.push(message) });
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
      received = [];
      parser.feed(piece.value);
      lastId = received.findLast(({ id }) => id !== undefined)?.id ?? lastId;
      // A message of the type `cursor` only moves the id.
      const events = received
        .filter(({ event }) => event === undefined)
        .map(({ data }) => JSON.parse(data) as LiveEvent);
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
