import type { DataOf, Message } from './decider';
import { upcast, type Commit, type StoredEvent, type Upcasters } from './event-store';

/** What each stored event means to other services; `private` ones stay inside. Leaving one out is a compile error. */
export type Publications<E extends Message, P extends Message> = Readonly<{
  [Type in E['type']]: ((data: DataOf<E, Type>) => P) | 'private';
}>;

/** The map that the relay asks, from the meaning of each event. An event of a type that nobody knows is a bug: it throws. */
export const publicationMap =
  <E extends Message, P extends Message>(meaning: Publications<E, P>, upcasters: Upcasters = {}) =>
  (_commit: Commit, stored: StoredEvent): P | undefined => {
    if (!Object.hasOwn(meaning, stored.type))
      throw new Error(`No meaning for the stored event ${stored.type}.`);
    const published = meaning[stored.type as E['type']] as ((data: object) => P) | 'private';
    return published === 'private' ? undefined : published(upcast<E>(upcasters, stored).data);
  };
