import type { EventEnvelope } from '@bankside/contracts';
import {
  deadLetters,
  poisonedEvent,
  type DeadLetter,
  type ParkedEvent,
  type StreamRef,
} from '@bankside/feed';
import type { Pool } from 'pg';
import type { DocumentWriter } from './document-writer';
import type { ProjectionFeeds } from './feeds';
import { handlerOf, versionName, type Projection, type ProjectionVersion } from './projection';
import { feedPartitionOf, type StoredDocument } from './checkpoints';

type Replayed = Readonly<{
  stored: StoredDocument;
  /** Events whose dead letters can be resolved. */
  done: readonly EventEnvelope[];
  /** The event that still cannot be applied. */
  failed?: ParkedEvent;
}>;

/**
 * Applies the parked events of one stream, in order, up to the next one that throws. An event that the document does
 * not lack has no effect but counts as done: a crash left its dead letter open.
 */
export const replayBlocked = (
  projection: Projection,
  stored: StoredDocument,
  { source, stream, events }: Readonly<{ source: string; stream: string; events: readonly EventEnvelope[] }>,
): Replayed => {
  const block = stored.blocked.find((one) => one.source === source && one.stream === stream);
  const others = stored.blocked.filter((one) => one !== block);
  const done: EventEnvelope[] = [];
  let { document } = stored;
  for (const event of events) {
    // The writer has not offered this event to the document yet, and will.
    if (event.feedposition > (stored.applied[feedPartitionOf(event)] ?? 0)) break;
    if (block !== undefined && event.feedposition >= block.from) {
      try {
        document = handlerOf(projection, event)!(document, event);
      } catch (error) {
        const blocked = [...others, { source, stream, from: event.feedposition }];
        return { stored: { ...stored, document, blocked }, done, failed: poisonedEvent(event, error) };
      }
    }
    done.push(event);
  }
  return { stored: block === undefined ? stored : { ...stored, document, blocked: others }, done };
};

type Request = Readonly<{ source: string; partition: number; stream: string; requestedBy: string | null }>;

/** Lost races against another writer of the same document. */
const MAX_ATTEMPTS = 10;

type ReplayOptions = Readonly<{ pool: Pool; feeds: ProjectionFeeds; version: ProjectionVersion }>;

/** Applies the dead letters of streams whose replay an operator requested. For the writer of the version. */
export const replayRequests = ({ pool, feeds, version }: ReplayOptions) => {
  const consumer = versionName(version);

  const eventOf = async ({ source, partition, position }: DeadLetter): Promise<EventEnvelope> => {
    const { pull } = feeds.feed(source, partition);
    const { events } = await pull({ partition, after: position - 1, limit: 1 });
    const [event] = events;
    if (event?.feedposition !== position)
      throw new Error(`The feed ${source}/${partition} has no position ${position}.`);
    return event;
  };

  const replayInto = async (
    writer: DocumentWriter,
    key: string,
    stream: StreamRef,
    { events, by }: Readonly<{ events: readonly EventEnvelope[]; by: string | undefined }>,
  ): Promise<void> => {
    let positions: readonly number[] = [];
    let failed: ParkedEvent | undefined;
    for (let attempt = 0; ; attempt += 1) {
      if (attempt === MAX_ATTEMPTS)
        throw new Error(`${consumer}: lost ${MAX_ATTEMPTS} races against other writers`);
      const stored = await writer.change(key, (document) => {
        const replayed = replayBlocked(version.projection, document, { ...stream, events });
        positions = replayed.done.map(({ feedposition }) => feedposition);
        failed = replayed.failed;
        return replayed.stored;
      });
      if (stored) break;
    }
    await deadLetters.resolve(pool, stream, { positions, state: 'replayed', by });
    if (failed) await deadLetters.markPoison(pool, stream, failed);
  };

  const replay = async (writer: DocumentWriter, request: Request): Promise<void> => {
    const stream: StreamRef = { consumer, source: request.source, stream: request.stream };
    const all = await deadLetters.allOf(pool, stream);
    const open = all.filter(({ state }) => state === 'poison' || state === 'blocked');
    const events = await Promise.all(open.map(eventOf));
    for (const key of new Set(all.flatMap((letter) => letter.key ?? [])))
      await replayInto(writer, key, stream, {
        events: events.filter((_event, index) => open[index]!.key === key),
        by: request.requestedBy ?? undefined,
      });
  };

  /** Resolves when every request is done. */
  return async (writer: DocumentWriter): Promise<void> => {
    const { rows } = await pool.query<Request>(
      `select source, partition, stream, requested_by as "requestedBy" from replay_request
       where version = $1`,
      [consumer],
    );
    for (const request of rows) {
      await replay(writer, request);
      await pool.query(
        'delete from replay_request where version = $1 and source = $2 and partition = $3 and stream = $4',
        [consumer, request.source, request.partition, request.stream],
      );
    }
  };
};
