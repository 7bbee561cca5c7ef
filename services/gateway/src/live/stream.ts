import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import type { EventEnvelope } from '@bankside/contracts';
import type { Response } from 'express';
import type { Cursor, CursorCodec } from './cursor';
import type { LiveBatch, LiveHub } from './hub';

/** Interval of comments that keep proxies from closing an idle connection, and of the cursors of a narrow stream. */
const HEARTBEAT_MS = 15_000;
/** A stream ends after this time, so that the reader authenticates again when it reconnects. */
const STREAM_MS = 15 * 60_000;
/** The delay before a reader reconnects. */
const RETRY_MS = 1_000;
/** Interval at which a stream checks whether its reader may still read. */
const CHECK_MS = 3_000;
/** Pause between two reads of a narrow stream, so that events it does not show cost little. */
const NARROW_PAUSE_MS = 250;
/** How far back a narrow stream resumes, in events of each feed. */
const NARROW_LOOK_BACK = 5_000;

type StreamOptions = Readonly<{
  hub: LiveHub;
  codec: CursorCodec;
  /** The position to resume from. */
  cursor: Cursor;
  source: string | undefined;
  /** The event as the reader may see it, or undefined. */
  shown: (event: EventEnvelope) => object | undefined;
  /**
   * Whether most events are not shown. The times and the number of messages in such a stream depend on shown events only,
   * and its work is bounded.
   */
  narrow: boolean;
  /** Whether the reader may no longer read. */
  isRevoked: () => Promise<boolean>;
  /** Aborted when the process stops. */
  stopping: AbortSignal;
}>;

const HEADERS = {
  'Content-Type': 'text/event-stream',
  'Cache-Control': 'no-store',
  'X-Accel-Buffering': 'no', // Buffering proxies would delay events.
};

const write = async (res: Response, text: string, signal: AbortSignal): Promise<void> => {
  if (text !== '' && !res.write(text)) await once(res, 'drain', { signal }); // Backpressure of a slow reader.
};

/** The events that are shown, each with the cursor behind it as its id. */
const textOf = (
  events: readonly EventEnvelope[],
  from: Cursor,
  { shown, codec }: Pick<StreamOptions, 'shown' | 'codec'>,
): string => {
  const cursor = new Map(from);
  let text = '';
  for (const event of events) {
    cursor.set(`${event.source}/${event.feedpartition}`, event.feedposition);
    const visible = shown(event);
    if (visible !== undefined) text += `id: ${codec.seal(cursor)}\ndata: ${JSON.stringify(visible)}\n\n`;
  }
  return text;
};

/** Advances the reader's id past events that are not shown. */
const cursorMessage = (cursor: Cursor, codec: CursorCodec): string =>
  `event: cursor\nid: ${codec.seal(cursor)}\ndata:\n\n`;

const isSame = (a: Cursor, b: Cursor): boolean =>
  a.size === b.size && [...a].every(([feed, position]) => b.get(feed) === position);

const abortWhenRevoked = async (
  isRevoked: () => Promise<boolean>,
  gone: AbortController,
  signal: AbortSignal,
): Promise<void> => {
  while (!signal.aborted) {
    await wait(CHECK_MS, undefined, { signal });
    if (await isRevoked()) gone.abort();
  }
};

/** Resolves at the next event or heartbeat, whichever is first. */
const eventOrBeat = async (changed: Promise<void>, beatAt: number, signal: AbortSignal): Promise<void> => {
  const idle = new AbortController();
  const timer = wait(Math.max(0, beatAt - performance.now()), undefined, {
    signal: AbortSignal.any([idle.signal, signal]),
  });
  await Promise.race([changed, timer.catch(() => undefined)]);
  idle.abort();
};

/** The messages of a batch, and a cursor where the reader needs one. */
const messagesOf = (
  batch: LiveBatch,
  at: Cursor,
  { beat, options }: Readonly<{ beat: boolean; options: StreamOptions }>,
): string => {
  const text = (batch.skipped ? 'event: gap\ndata:\n\n' : '') + textOf(batch.events, at, options);
  const moved = options.narrow ? beat || batch.cursor.size > at.size : !isSame(at, batch.cursor);
  if (text !== '' || moved) return text + cursorMessage(batch.cursor, options.codec);
  return beat ? ': heartbeat\n\n' : '';
};

const follow = async (res: Response, options: StreamOptions, signal: AbortSignal): Promise<void> => {
  const { hub, source, narrow } = options;
  let at = options.cursor;
  let beatAt = 0;
  while (!signal.aborted) {
    if (narrow) await wait(NARROW_PAUSE_MS, undefined, { signal });
    const changed = hub.changed();
    const batch = await hub.read(at, { source, ...(narrow && { lookBack: NARROW_LOOK_BACK }) });
    const beat = performance.now() >= beatAt;
    if (beat) beatAt = performance.now() + HEARTBEAT_MS;
    await write(res, messagesOf(batch, at, { beat, options }), signal);
    at = batch.cursor;
    if (batch.events.length === 0) await eventOrBeat(changed, beatAt, signal);
  }
};

/** Sends events as they happen, until the reader disconnects or loses access, `STREAM_MS` is over, or the process stops. */
export const streamEvents = async (res: Response, options: StreamOptions): Promise<void> => {
  const { hub, isRevoked, stopping } = options;
  if (res.req.method === 'HEAD') return void res.writeHead(200, HEADERS).end();
  const gone = new AbortController();
  res.once('close', () => gone.abort());
  const signal = AbortSignal.any([gone.signal, stopping, AbortSignal.timeout(STREAM_MS)]);
  const leave = hub.enter();
  abortWhenRevoked(isRevoked, gone, signal).catch(() => gone.abort());
  try {
    res.writeHead(200, HEADERS);
    await write(res, `retry: ${RETRY_MS}\n\n`, signal);
    await follow(res, options, signal);
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    leave();
    res.end();
  }
};
