import { Outage } from '@bankside/dapr';
import type { EventEnvelope, FeedPage } from '@bankside/contracts';
import type { EventStore } from '@bankside/kernel';
import { masterKey, privateStore, SEALED, type MasterKey, type Personal } from '@bankside/privacy';

/** The Dapr secret store and the secret that hold the master key of a service. */
const SECRET_STORE = 'secrets';
const SECRET = 'personal-data-key';

export type PersonalData = Readonly<{
  store: EventStore;
  /** Fetches the master key. Until then requests that need it fail with `Outage`. */
  load: () => Promise<void>;
  /** Decrypts a page of the feed, given as JSON text. */
  decrypt: (page: string) => Promise<string>;
  /** Removes the personal data of an event, for the broker. */
  redact: (event: EventEnvelope) => EventEnvelope;
}>;

/** Encrypts personal data in a store and in the feed. Without `personal` it does nothing. */
export const personalData = (
  store: EventStore,
  personal: Personal | undefined,
  secret: (store: string, name: string) => Promise<string>,
): PersonalData => {
  if (personal === undefined)
    return { store, load: async () => {}, decrypt: async (page) => page, redact: (event) => event };
  let master: MasterKey | undefined;
  const guarded = privateStore(store, personal, () => {
    if (master === undefined) throw new Outage('The master key has not been read yet.');
    return master;
  });
  return {
    store: guarded.store,
    load: async () => {
      master ??= masterKey(await secret(SECRET_STORE, SECRET));
    },
    decrypt: async (text) => {
      if (!text.includes(SEALED)) return text;
      const page = JSON.parse(text) as FeedPage;
      return JSON.stringify({ ...page, events: await guarded.decrypt(page.events) });
    },
    redact: guarded.redact,
  };
};
