import type { ConfirmableLease } from './lease-manager';
import type { ProjectionStore } from './stores/store';

/**
 * Confirms the lease of the writer before each commit. A write that is late nevertheless, because its process was paused,
 * has only events that were published before the next writer began: that one reads them from the feeds, and the slower
 * of the two writes has no effect.
 */
export const fencedStore = (
  store: ProjectionStore,
  { confirm }: Pick<ConfirmableLease, 'confirm'>,
): ProjectionStore => ({
  ...store,
  commit: async (version, change) => {
    await confirm();
    return store.commit(version, change);
  },
});
