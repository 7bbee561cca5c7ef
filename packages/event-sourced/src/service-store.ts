import { daprEventStore } from '@bankside/dapr';
import type { EventStore } from '@bankside/kernel';
import { histogram } from '@bankside/metrics';
import type { Personal } from '@bankside/privacy';
import { sidecarConfig, type ServiceRuntime } from '@bankside/runtime';
import type { EventSourcedConfig } from './config';
import { withSpan } from '@bankside/telemetry';
import { personalData } from './personal-data';
import { observedStore } from './store-metrics';

type ServiceStoreOptions = Readonly<{
  runtime: ServiceRuntime<EventSourcedConfig>;
  personal: Personal | undefined;
  afterCommit: () => void;
}>;

/** Makes the span of each commit, and runs an effect after it, before the command returns. */
const withAfterCommit = (service: string, store: EventStore, effect: () => void): EventStore => ({
  ...store,
  append: async (append) => {
    const { commit } = append;
    if (commit === undefined) return store.append(append);
    const attributes = { 'bankside.stream': commit.stream, 'bankside.revision': commit.revision };
    await withSpan('append', { target: service, parent: commit.trace, attributes }, () =>
      store.append(append),
    );
    effect();
  },
});

/**
 * The event store of a service. From the outside in: `afterCommit` (relay, fault injection) → personal data (encryption of
 * the fields that identify a person) → metrics → the Dapr store, whose appends share a transaction by group commit.
 */
export const serviceStore = ({ runtime, personal, afterCommit }: ServiceStoreOptions) => {
  const { name, config, sidecar, metrics } = runtime;
  const commitSizes = histogram(metrics, 'group_commit_size');
  const daprStore = daprEventStore({
    ...sidecarConfig(config),
    store: config.STATE_STORE ?? `${name}-store`,
    onTransaction: (commits) => commitSizes.observe(commits),
  });
  const encrypted = personalData(observedStore(daprStore, metrics), personal, sidecar.secret);
  return {
    store: withAfterCommit(name, encrypted.store, afterCommit),
    personalData: encrypted,
    close: daprStore.close,
  };
};
