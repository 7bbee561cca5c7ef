import type { FeedEvent } from '@bankside/feed';
import type { Connection } from 'mongoose';
import { byKey, withEvents, type Place } from '../runner/document';
import { isDuplicate, mongoDocuments, nameOf, storedFrom } from './mongo-documents';
import { mongoList } from './mongo-list';
import type { Generation, Run, ViewStore } from './port';

/** Rounds against another writer of the same documents. */
const ATTEMPTS = 10;

type Checkpoint = Readonly<{ _id: string; position: number }>;

/**
 * Views in MongoDB, or in what speaks its protocol without transactions: each document is replaced under a guard on
 * its `rev`, and knows by `applied` which events it has. So a crash between documents and position, or a second
 * writer, repeats work and changes nothing. FerretDB looks at the guard before it writes, not while, so there the
 * guard alone would lose writes: a document must have one writer at a time.
 */
export const mongoStore = (connection: Connection): ViewStore => {
  const documents = (generation: Generation) => mongoDocuments(connection, generation);
  const checkpoints = () => connection.collection<Checkpoint>('checkpoints');
  const checkpointId = (generation: Generation, place: Place): string => `${nameOf(generation)}/${place}`;

  const applyTo = async (generation: Generation, events: readonly FeedEvent[]): Promise<void> => {
    const { load, save } = documents(generation);
    const groups = byKey(generation.view, events);
    let keys: readonly string[] = [...groups.keys()];
    for (let round = 0; keys.length > 0; round += 1) {
      if (round === ATTEMPTS) throw new Error(`${nameOf(generation)}: other writers won ${ATTEMPTS} times`);
      const changed = (await load(keys)).flatMap((stored) => {
        const after = withEvents(generation.view, stored, groups.get(stored.key)!);
        return after === stored ? [] : after;
      });
      keys = await save(changed);
    }
  };

  const advance = async (generation: Generation, { place, from, to }: Run): Promise<boolean> => {
    const at = { _id: checkpointId(generation, place), position: from };
    const { matchedCount } = await checkpoints().updateOne(at, { $set: { position: to } });
    return matchedCount === 1;
  };

  return {
    install: async (generation) => {
      for (const { by, sort, descending } of generation.view.lists ?? []) {
        const direction = descending ? -1 : 1;
        await documents(generation).rows.createIndex({ [by]: 1, [sort]: direction, _id: direction });
      }
    },
    position: async (generation, place) => {
      const _id = checkpointId(generation, place);
      const found = await checkpoints().findOne({ _id });
      if (found) return found.position;
      await checkpoints()
        .insertOne({ _id, position: 0 })
        .catch((error: unknown) => {
          if (!isDuplicate(error)) throw error;
        });
      return 0;
    },
    apply: async (generation, runs) => {
      await applyTo(
        generation,
        runs.flatMap(({ events }) => events),
      );
      const advanced = await Promise.all(runs.map((run) => advance(generation, run)));
      return runs.filter((_run, index) => !advanced[index]).map(({ place }) => place);
    },
    get: async (generation, key) => {
      const row = await documents(generation).rows.findOne({ _id: key });
      return row ? storedFrom(row).document : undefined;
    },
    list: (generation, request) => mongoList(documents(generation).rows, generation, request),
  };
};
