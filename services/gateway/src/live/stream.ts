import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import type { EventEnvelope } from '@bankside/contracts';
import type { Response } from 'express';
import { formatCursor, type Cursor } from './cursor';
import type { LiveHub } from './hub';

/** Interval of comments that keep proxies from closing an idle connection. */
const HEARTBEAT_MS = 15_000;
/** A stream ends after this time, so that the reader authenticates again when it reconnects. */
const STREAM_MS = 15 * 60_000;
/** The delay before a reader reconnects. */
const RETRY_MS = 1_000;

export type StreamOptions = Readonly<{
  hub: LiveHub;
  /** The position to resume from. */
  cursor: Cursor;
  visible: (event: EventEnvelope) => boolean;
  /** Aborted when the process stops. */
  stopping: AbortSignal;
}>;

const HEADERS = {
  'Content-Type': 'text/event-stream',
  'Cache-Control': 'no-store',
  'X-Accel-Buffering': 'no', // Buffering proxies would delay events.
};

const write = async (res: Response, text: string, signal: AbortSignal): Promise<void> => {
  if (!res.write(text)) await once(res, 'drain', { signal }); // Backpressure of a slow reader.
};

/** The visible events, each with the cursor behind it as its id. */
const textOf = (
  events: readonly EventEnvelope[],
  from: Cursor,
  visible: (event: EventEnvelope) => boolean,
): string => {
  const cursor = new Map(from);
  let text = '';
  for (const event of events) {
    cursor.set(`${event.source}/${event.feedpartition}`, event.feedposition);
    if (visible(event)) text += `id: ${formatCursor(cursor)}\ndata: ${JSON.stringify(event)}\n\n`;
  }
  return text;
};

/** Sends events as they happen, until the reader disconnects, `STREAM_MS` is over, or the process stops. */
export const streamEvents = async (
  res: Response,
  { hub, cursor, visible, stopping }: StreamOptions,
): Promise<void> => {
  if (res.req.method === 'HEAD') return void res.writeHead(200, HEADERS).end();
  const gone = new AbortController();
  res.once('close', () => gone.abort());
  const signal = AbortSignal.any([gone.signal, stopping, AbortSignal.timeout(STREAM_MS)]);
  const leave = hub.enter();
  try {
    res.writeHead(200, HEADERS);
    await write(res, `retry: ${RETRY_MS}\n\n`, signal);
    let at = cursor;
    while (!signal.aborted) {
      const changed = hub.changed();
      const batch = await hub.read(at);
      // A message of type `cursor` moves the reader's id behind invisible events, too.
      const text = textOf(batch.events, at, visible);
      if (text !== '' || formatCursor(at) !== formatCursor(batch.cursor))
        await write(res, `${text}event: cursor\nid: ${formatCursor(batch.cursor)}\ndata:\n\n`, signal);
      at = batch.cursor;
      if (batch.events.length > 0) continue;
      const heartbeat = new AbortController();
      const beat = wait(HEARTBEAT_MS, 'heartbeat', { signal: AbortSignal.any([heartbeat.signal, signal]) });
      const first = await Promise.race([changed.then(() => 'events'), beat.catch(() => 'ended')]);
      heartbeat.abort();
      if (first === 'heartbeat') await write(res, ': heartbeat\n\n', signal);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    leave();
    res.end();
  }
};
