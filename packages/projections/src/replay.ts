import type { EventEnvelope } from '@bankside/contracts';
import type { Pool } from 'pg';
import type { ParkedEvent } from './checkpoints';
import type { DeadLetterRecord, DeadLetterStore, StreamOf } from './dead-letters';
import type { DocumentWriter } from './document-writer';
import type { ProjectionFeeds } from './feeds';
import { replayBlocked } from './fold';
import { versionName, type ProjectionVersion } from './projection';

type Request = Readonly<{ source: string; partition: number; stream: string }>;

/** Lost races against another writer of the same document. */
const MAX_ATTEMPTS = 10;

export type ReplayOptions = Readonly<{
  pool: Pool;
  deadLetters: DeadLetterStore;
  feeds: ProjectionFeeds;
  version: ProjectionVersion;
}>;

/** Applies the dead letters of streams whose replay an operator requested. For the writer of the version. */
export const replayRequests = ({ pool, deadLetters, feeds, version }: ReplayOptions) => {
  const name = versionName(version);

  const eventOf = async ({ source, partition, position }: DeadLetterRecord): Promise<EventEnvelope> => {
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
    stream: StreamOf,
    events: readonly EventEnvelope[],
  ): Promise<void> => {
    let done: readonly number[] = [];
    let failed: ParkedEvent | undefined;
    for (let attempt = 0; ; attempt += 1) {
      if (attempt === MAX_ATTEMPTS)
        throw new Error(`${name}: lost ${MAX_ATTEMPTS} races against other writers`);
      const stored = await writer.change(key, (document) => {
        const replayed = replayBlocked(version.projection, document, { ...stream, events });
        done = replayed.done.map(({ feedposition }) => feedposition);
        failed = replayed.failed;
        return replayed.stored;
      });
      if (stored) break;
    }
    await deadLetters.close(stream, done, 'replayed');
    if (failed) await deadLetters.markPoison(stream, failed);
  };

  const replay = async (writer: DocumentWriter, { source, stream }: Request): Promise<void> => {
    const of = { version: name, source, stream };
    const all = await deadLetters.allOf(of);
    const open = all.filter(({ state }) => state === 'poison' || state === 'blocked');
    const events = await Promise.all(open.map(eventOf));
    for (const key of new Set(all.flatMap((letter) => letter.key ?? []))) {
      const ofDocument = events.filter((_event, index) => open[index]!.key === key);
      await replayInto(writer, key, of, ofDocument);
    }
  };

  /** Resolves when every request for streams of the partition is done. */
  return async (writer: DocumentWriter, partition: number): Promise<void> => {
    const { rows } = await pool.query<Request>(
      'select source, partition, stream from replay_request where version = $1 and partition = $2',
      [name, partition],
    );
    for (const request of rows) {
      await replay(writer, request);
      await pool.query(
        'delete from replay_request where version = $1 and source = $2 and partition = $3 and stream = $4',
        [name, request.source, request.partition, request.stream],
      );
    }
  };
};
