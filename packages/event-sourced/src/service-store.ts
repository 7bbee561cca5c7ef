import { daprEventStore } from '@bankside/dapr';
import type { EventStore } from '@bankside/kernel';
import type { Personal } from '@bankside/privacy';
import { sidecarConfig, type ServiceRuntime } from '@bankside/runtime';
import type { EventSourcedConfig } from './config';
import { personalData } from './personal-data';

type ServiceStoreOptions = Readonly<{
  runtime: ServiceRuntime<EventSourcedConfig>;
  personal: Personal | undefined;
  afterCommit: () => void;
}>;

/** Runs an effect after each commit, before the command returns. */
const withAfterCommit = (store: EventStore, effect: () => void): EventStore => ({
  ...store,
  append: async (append) => {
    await store.append(append);
    if (append.commit) effect();
  },
});

/**
 * The event store of a service. From the outside in: `afterCommit` (relay, fault injection) → personal data (encryption of
 * the fields that identify a person) → the Dapr store, whose appends share a transaction by group commit.
 */
export const serviceStore = ({ runtime, personal, afterCommit }: ServiceStoreOptions) => {
  const { name, config, sidecar } = runtime;
  const daprStore = daprEventStore({
    ...sidecarConfig(config),
    store: config.STATE_STORE ?? `${name}-store`,
  });
  const encrypted = personalData(daprStore, personal, sidecar.secret);
  return {
    store: withAfterCommit(encrypted.store, afterCommit),
    personalData: encrypted,
    close: daprStore.close,
  };
};
