import { VersionConflict, type Append, type Commit, type EventStore, type UniqueKey } from '@bankside/kernel';
import { keyRing, keyRowOf } from './key-ring';
import type { MasterKey } from './master-key';
import { personalFields, type PersonalFields } from './personal-fields';
import { newKey } from './sealing';

/** The personal data in the events of a service. */
export type Personal = Readonly<{
  fields: PersonalFields;
  /** The type of the stored event that deletes the key of its stream. */
  forgottenBy: string;
  /** Indexes whose unique values are stored as keyed digests. */
  indexes: readonly string[];
}>;

/** An event of the feed; `subject` is its stream. */
type Subject = Readonly<{ subject: string; data: object }>;

/** An append as it is stored, and the effect of its success. */
type Sealed = Readonly<{ append: Append; appended?: () => void }>;

/**
 * An event store that seals personal fields with one key per stream. The first commit inserts the key and the
 * forgetting commit deletes it, each in its own transaction, so that commit and key always change together.
 * @param master throws an error until the master key has been read
 */
export const privateStore = (store: EventStore, personal: Personal, master: () => MasterKey) => {
  const ring = keyRing(store, master);
  const fields = personalFields(personal.fields);

  const blind = <K extends UniqueKey>(key: K): K =>
    personal.indexes.includes(key.index) ? { ...key, value: master().blind(key.index, key.value) } : key;

  const forgetting = (append: Append, { stream }: Commit): Sealed => ({
    append: { ...append, releases: [...(append.releases ?? []), keyRowOf(stream)] },
    appended: () => ring.drop(stream),
  });

  const first = (append: Append, commit: Commit): Sealed => {
    const { stream } = commit;
    const key = newKey();
    const claim = { ...keyRowOf(stream), owner: master().wrap(stream, key) };
    return {
      append: {
        ...append,
        commit: fields.seal(commit, stream, key),
        claims: [...(append.claims ?? []), claim],
      },
      // Only after the append: another replica may have created the stream with its own key.
      appended: () => ring.keep(stream, key),
    };
  };

  const next = async (append: Append, commit: Commit): Promise<Sealed> => {
    const key = await ring.find(commit.stream);
    // The decision is based on a stale state; the retry will see that the person is forgotten.
    if (key === undefined) throw new VersionConflict(`${commit.stream} has been forgotten`);
    return { append: { ...append, commit: fields.seal(commit, commit.stream, key) } };
  };

  const sealed = async (plain: Append): Promise<Sealed> => {
    const { commit, claims = [], releases = [], absent = [] } = plain;
    const blinded: Append = {
      ...plain,
      claims: claims.map(blind),
      releases: releases.map(blind),
      absent: absent.map(blind),
    };
    if (commit === undefined) return { append: blinded };
    if (commit.events.some(({ type }) => type === personal.forgottenBy)) return forgetting(blinded, commit);
    if (!fields.hasPersonalData(commit.events)) return { append: blinded };
    return commit.revision === 1 ? first(blinded, commit) : next(blinded, commit);
  };

  const append: EventStore['append'] = async (...appends) => {
    const all = await Promise.all(appends.map(sealed));
    await store.append(...all.map((one) => one.append));
    for (const { appended } of all) appended?.();
  };

  const read: EventStore['read'] = async (stream, after, limit) => {
    const commits = await store.read(stream, after, limit);
    return fields.hasSealed(commits) ? fields.unseal(commits, stream, await ring.find(stream)) : commits;
  };

  const loadSnapshot: EventStore['loadSnapshot'] = async (stream) => {
    const snapshot = await store.loadSnapshot(stream);
    if (!fields.hasSealed(snapshot)) return snapshot;
    const key = await ring.find(stream);
    return key && fields.unseal(snapshot, stream, key);
  };

  const saveSnapshot: EventStore['saveSnapshot'] = async (stream, snapshot) => {
    if (!fields.hasPersonalData(snapshot)) return store.saveSnapshot(stream, snapshot);
    const key = await ring.find(stream);
    if (key !== undefined) await store.saveSnapshot(stream, fields.seal(snapshot, stream, key));
  };

  /** Unseals events for readers, with placeholders for persons who are forgotten. */
  const decrypt = async <E extends Subject>(events: readonly E[]): Promise<readonly E[]> => {
    const subjects = new Set(
      events.filter(({ data }) => fields.hasSealed(data)).map(({ subject }) => subject),
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
    /** Removes the data of an event with sealed fields. A consumer pulls such an event from the feed, where it is decrypted. */
    redact: <E extends Subject>(event: E): E | (E & Readonly<{ redacted: true }>) =>
      fields.hasSealed(event.data) ? { ...event, data: {}, redacted: true } : event,
  };
};
