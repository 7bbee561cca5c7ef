import { Outage } from '@bankside/dapr';
import type { EventEnvelope, FeedPage } from '@bankside/contracts';
import type { EventStore } from '@bankside/kernel';
import { masterKey, privateStore, SEALED, type MasterKey, type Personal } from '@bankside/privacy';

/** The component, and the secret in it, that hold the master key of a service. */
const SECRET_STORE = 'secrets';
const SECRET = 'personal-data-key';

export type PersonalData = Readonly<{
  store: EventStore;
  /** Fetches the master key; until then every request that needs it is an outage. */
  load: () => Promise<void>;
  /** A page of the feed, as text, for who may read it. */
  decrypt: (page: string) => Promise<string>;
  /** An event for the broker, which must not know persons. */
  redact: (event: EventEnvelope) => EventEnvelope;
}>;

/** What a service does differently when some of its fields tell who somebody is. Without `personal`: nothing. */
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
