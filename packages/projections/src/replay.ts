import type { EventEnvelope } from '@bankside/contracts';
import type { Pool } from 'pg';
import type { DeadLetterStore, DeadLetterRecord, StreamOf } from './dead-letters';
import { versionName, type ProjectionVersion } from './stores/store';
import { replayBlocked, type ParkedEvent } from './fold';
import type { ProjectionFeeds } from './feeds';
import type { DocumentWriter } from './document-writer';

type Request = Readonly<{ source: string; partition: number; stream: string }>;

/** Rounds against another writer of the same document. */
const ATTEMPTS = 10;

export type ReplayerOptions = Readonly<{
  pool: Pool;
  deadLetters: DeadLetterStore;
  feeds: ProjectionFeeds;
  version: ProjectionVersion;
}>;

/** Applies what was put aside of streams whose replay was asked for. For the writer of the generation. */
export const replayer = ({ pool, deadLetters: letters, feeds, version }: ReplayerOptions) => {
  const name = versionName(version);

  const eventOf = async ({ source, partition, position }: DeadLetterRecord): Promise<EventEnvelope> => {
    const pull = feeds.feed(source, partition).pull;
    const { events } = await pull({ partition, after: position - 1, limit: 1 });
    const [event] = events;
    if (event?.feedposition !== position)
      throw new Error(`The feed of ${source} has no position ${position}.`);
    return event;
  };

  const intoDocument = async (
    write: DocumentWriter,
    key: string,
    stream: StreamOf,
    events: readonly EventEnvelope[],
  ): Promise<void> => {
    let done: readonly number[] = [];
    let failed: ParkedEvent | undefined;
    for (let round = 0; ; round += 1) {
      if (round === ATTEMPTS) throw new Error(`${name}: other writers won ${ATTEMPTS} times`);
      const kept = await write.change(key, (stored) => {
        const replayed = replayBlocked(version.projection, stored, { ...stream, events });
        done = replayed.done.map(({ feedposition }) => feedposition);
        failed = replayed.failed;
        return replayed.stored;
      });
      if (kept) break;
    }
    await letters.close(stream, done, 'replayed');
    if (failed) await letters.blame(stream, failed);
  };

  const replay = async (write: DocumentWriter, { source, stream }: Request): Promise<void> => {
    const of = { version: name, source, stream };
    const all = await letters.allOf(of);
    const open = all.filter(({ state }) => state === 'poison' || state === 'blocked');
    const events = await Promise.all(open.map(eventOf));
    for (const key of new Set(all.flatMap((letter) => letter.key ?? []))) {
      const ofDocument = events.filter((_event, index) => open[index]!.key === key);
      await intoDocument(write, key, of, ofDocument);
    }
  };

  return {
    /** What was asked for of these partitions' streams; done when this resolves. */
    run: async (write: DocumentWriter, partition: number): Promise<void> => {
      const { rows } = await pool.query<Request>(
        'select source, partition, stream from replay_request where version = $1 and partition = $2',
        [name, partition],
      );
      for (const request of rows) {
        await replay(write, request);
        await pool.query(
          'delete from replay_request where version = $1 and source = $2 and partition = $3 and stream = $4',
          [name, request.source, request.partition, request.stream],
        );
      }
    },
  };
};

export type Replayer = ReturnType<typeof replayer>;
