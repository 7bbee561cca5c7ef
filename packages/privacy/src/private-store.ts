import { VersionConflict, type Append, type Commit, type EventStore, type UniqueKey } from '@bankside/kernel';
import { keyRing, keyRowOf } from './key-ring';
import type { MasterKey } from './master-key';
import { personalFields, type PersonalFields } from './personal-fields';
import { newKey } from './sealing';

/** What of a service's events is personal. */
export type Personal = Readonly<{
  fields: PersonalFields;
  /** The stored event that destroys the key of its stream. */
  forgottenBy: string;
  /** Indexes of unique values that must not be stored as they are. */
  indexes: readonly string[];
}>;

/** An event on its way to readers; `subject` is its stream. */
type Subject = Readonly<{ subject: string; data: object }>;

/**
 * An event store whose personal fields are sealed with a key for each stream. The first commit inserts that key and the
 * forgetting one deletes it, each in its own transaction: there is no moment with one and without the other.
 * @param master throws until the master key is there
 */
export const privateStore = (store: EventStore, personal: Personal, master: () => MasterKey) => {
  const ring = keyRing(store, master);
  const fields = personalFields(personal.fields);

  const blind = <K extends UniqueKey>(key: K): K =>
    personal.indexes.includes(key.index) ? { ...key, value: master().blind(key.index, key.value) } : key;

  const forget = async (append: Append, { stream }: Commit): Promise<void> => {
    await store.append({ ...append, releases: [...(append.releases ?? []), keyRowOf(stream)] });
    ring.drop(stream);
  };

  const begin = async (append: Append, commit: Commit): Promise<void> => {
    const { stream } = commit;
    const key = newKey();
    const claim = { ...keyRowOf(stream), owner: master().wrap(stream, key) };
    await store.append({
      ...append,
      commit: fields.seal(commit, stream, key),
      claims: [...(append.claims ?? []), claim],
    });
    ring.keep(stream, key); // Not before: another replica may have begun the stream with another key.
  };

  const goOn = async (append: Append, commit: Commit): Promise<void> => {
    const key = await ring.find(commit.stream);
    // What was decided is out of date; who decides anew will see it.
    if (key === undefined) throw new VersionConflict(`${commit.stream} was forgotten meanwhile`);
    await store.append({ ...append, commit: fields.seal(commit, commit.stream, key) });
  };

  const append = (plain: Append): Promise<void> => {
    const { commit, claims = [], releases = [] } = plain;
    const blinded: Append = { ...plain, claims: claims.map(blind), releases: releases.map(blind) };
    if (commit === undefined) return store.append(blinded);
    if (commit.events.some(({ type }) => type === personal.forgottenBy)) return forget(blinded, commit);
    if (!fields.tellWho(commit.events)) return store.append(blinded);
    return commit.revision === 1 ? begin(blinded, commit) : goOn(blinded, commit);
  };

  const read: EventStore['read'] = async (stream, after, limit) => {
    const commits = await store.read(stream, after, limit);
    return fields.areSealed(commits) ? fields.unseal(commits, stream, await ring.find(stream)) : commits;
  };

  const loadSnapshot: EventStore['loadSnapshot'] = async (stream) => {
    const snapshot = await store.loadSnapshot(stream);
    if (!fields.areSealed(snapshot)) return snapshot;
    const key = await ring.find(stream);
    return key && fields.unseal(snapshot, stream, key);
  };

  const saveSnapshot: EventStore['saveSnapshot'] = async (stream, snapshot) => {
    if (!fields.tellWho(snapshot)) return store.saveSnapshot(stream, snapshot);
    const key = await ring.find(stream);
    if (key !== undefined) await store.saveSnapshot(stream, fields.seal(snapshot, stream, key));
  };

  /** Events as their readers may see them, with placeholders for who is forgotten. */
  const decrypt = async <E extends Subject>(events: readonly E[]): Promise<readonly E[]> => {
    const subjects = new Set(
      events.filter(({ data }) => fields.areSealed(data)).map(({ subject }) => subject),
    );
    const keys = new Map(
      await Promise.all([...subjects].map(async (subject) => [subject, await ring.find(subject)] as const)),
    );
    return events.map((event) =>
      keys.has(event.subject)
        ? { ...event, data: fields.unseal(event.data, event.subject, keys.get(event.subject)) }
        : event,
    );
  };

  return {
    store: {
      ...store,
      append,
      read,
      loadSnapshot,
      saveSnapshot,
      ownerOf: async (key) => store.ownerOf(blind(key)),
    } satisfies EventStore,
    decrypt,
    /** The event without its data when that is sealed: a reader pulls it from the feed, where it can be revealed. */
    redact: <E extends Subject>(event: E): E | (E & Readonly<{ redacted: true }>) =>
      fields.areSealed(event.data) ? { ...event, data: {}, redacted: true } : event,
  };
};

export type PrivateStore = ReturnType<typeof privateStore>;
