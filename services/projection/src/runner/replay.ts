import type { EventEnvelope } from '@bankside/contracts';
import type { Pool } from 'pg';
import type { LetterBox, StoredLetter, StreamOf } from '../control/letters';
import { nameOf, type Generation } from '../store/port';
import { withLetters, type Letter } from './document';
import type { Feeds } from './feeds';
import type { Writer } from './writer';

type Request = Readonly<{ source: string; partition: number; stream: string }>;

/** Rounds against another writer of the same document. */
const ATTEMPTS = 10;

export type ReplayerOptions = Readonly<{
  pool: Pool;
  letters: LetterBox;
  feeds: Feeds;
  generation: Generation;
}>;

/** Applies what was put aside of streams whose replay was asked for. For the writer of the generation. */
export const replayer = ({ pool, letters, feeds, generation }: ReplayerOptions) => {
  const name = nameOf(generation);

  const eventOf = async ({ source, partition, position }: StoredLetter): Promise<EventEnvelope> => {
    const pull = feeds.place(source, partition).pull;
    const { events } = await pull({ partition, after: position - 1, limit: 1 });
    const [event] = events;
    if (event?.feedposition !== position)
      throw new Error(`The feed of ${source} has no position ${position}.`);
    return event;
  };

  const intoDocument = async (
    write: Writer,
    key: string,
    stream: StreamOf,
    events: readonly EventEnvelope[],
  ): Promise<void> => {
    let done: readonly number[] = [];
    let failed: Letter | undefined;
    for (let round = 0; ; round += 1) {
      if (round === ATTEMPTS) throw new Error(`${name}: other writers won ${ATTEMPTS} times`);
      const kept = await write.change(key, (stored) => {
        const replayed = withLetters(generation.view, stored, { ...stream, events });
        done = replayed.done.map(({ feedposition }) => feedposition);
        failed = replayed.failed;
        return replayed.stored;
      });
      if (kept) break;
    }
    await letters.close(stream, done, 'replayed');
    if (failed) await letters.blame(stream, failed);
  };

  const replay = async (write: Writer, { source, stream }: Request): Promise<void> => {
    const of = { generation: name, source, stream };
    const all = await letters.allOf(of);
    const open = all.filter(({ state }) => state === 'poison' || state === 'held');
    const events = await Promise.all(open.map(eventOf));
    for (const key of new Set(all.flatMap((letter) => letter.key ?? []))) {
      const ofDocument = events.filter((_event, index) => open[index]!.key === key);
      await intoDocument(write, key, of, ofDocument);
    }
  };

  return {
    /** What was asked for of these partitions' streams; done when this resolves. */
    run: async (write: Writer, partition: number): Promise<void> => {
      const { rows } = await pool.query<Request>(
        'select source, partition, stream from replay_request where generation = $1 and partition = $2',
        [name, partition],
      );
      for (const request of rows) {
        await replay(write, request);
        await pool.query(
          'delete from replay_request where generation = $1 and source = $2 and partition = $3 and stream = $4',
          [name, request.source, request.partition, request.stream],
        );
      }
    },
  };
};

export type Replayer = ReturnType<typeof replayer>;
