import type { DataOf, Message } from './decider';
import { upcast, type Commit, type StoredEvent, type Upcasters } from './event-store';

/** The published event that each stored event becomes, or `private`. A missing one does not compile. */
type Publications<E extends Message, P extends Message> = Readonly<{
  [Type in E['type']]: ((data: DataOf<E, Type>) => P) | 'private';
}>;

/** The function that the relay maps stored events with. @throws Error for a stored event of an unknown type, which is a bug */
export const publicationMap =
  <E extends Message, P extends Message>(publications: Publications<E, P>, upcasters: Upcasters = {}) =>
  (_commit: Commit, stored: StoredEvent): P | undefined => {
    if (!Object.hasOwn(publications, stored.type))
      throw new Error(`The stored event ${stored.type} has no publication.`);
    const publish = publications[stored.type as E['type']] as ((data: object) => P) | 'private';
    return publish === 'private' ? undefined : publish(upcast<E>(upcasters, stored).data);
  };
