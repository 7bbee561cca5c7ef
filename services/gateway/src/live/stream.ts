import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import type { EventEnvelope } from '@bankside/contracts';
import type { Response } from 'express';
import { formatCursor, type Cursor } from './cursor';
import type { LiveHub } from './hub';

/** So often something is sent, so that nobody on the way takes the connection for dead. */
const HEARTBEAT_MS = 15_000;
/** How long a stream goes on without asking again who reads it. The reader comes back by itself. */
const STREAM_MS = 15 * 60_000;
/** After a break the reader comes back this soon. */
const RETRY_MS = 1_000;

export type StreamOptions = Readonly<{
  hub: LiveHub;
  /** Where the reader was. */
  cursor: Cursor;
  visible: (event: EventEnvelope) => boolean;
  /** Aborted when the process stops. */
  stopping: AbortSignal;
}>;

const HEADERS = {
  'Content-Type': 'text/event-stream',
  'Cache-Control': 'no-store',
  'X-Accel-Buffering': 'no', // Proxies that collect answers would hold events back.
};

const write = async (res: Response, text: string, signal: AbortSignal): Promise<void> => {
  if (!res.write(text)) await once(res, 'drain', { signal }); // A slow reader is read for no faster than it reads.
};

/** The text of events, each with the cursor behind it. The last one stands alone, so that unseen events are not sent again. */
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

/** Sends events as they happen, until the reader goes, the time is over, or the process stops. */
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
      // The cursor is sent also when nothing is visible: coming back starts there.
      const text = textOf(batch.events, at, visible);
      if (text !== '' || formatCursor(at) !== formatCursor(batch.cursor))
        await write(res, `${text}event: cursor\nid: ${formatCursor(batch.cursor)}\ndata:\n\n`, signal);
      at = batch.cursor;
      if (batch.events.length > 0) continue;
      const heartbeat = new AbortController();
      const beat = wait(HEARTBEAT_MS, 'beat', { signal: AbortSignal.any([heartbeat.signal, signal]) });
      const first = await Promise.race([changed.then(() => 'news'), beat.catch(() => 'over')]);
      heartbeat.abort();
      if (first === 'beat') await write(res, ': still here\n\n', signal);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    leave();
    res.end();
  }
};
