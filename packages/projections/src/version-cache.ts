import type { VersionRecord, VersionRegistry } from './version-registry';
import type { ProjectionVersion } from './stores/store';
import type { Projection } from './projection';

/** What is known of a view's generations. Those made by another version of its definition can be read, not written. */
export type KnownVersions = Readonly<{
  projection: Projection;
  active: VersionRecord | undefined;
  building: VersionRecord | undefined;
  retired: readonly VersionRecord[];
}>;

/** The generations as they were when last looked, for those who read views and those who write them. */
export const versionCache = (projections: readonly Projection[], registry: VersionRegistry) => {
  let all: readonly VersionRecord[] = [];
  let lookedAt = -Infinity;
  let reconciling: Promise<void> | undefined;

  const reconcile = async (): Promise<void> => {
    const since = performance.now();
    all = await registry.all();
    lookedAt = since;
  };

  const of = (projection: Projection): KnownVersions => {
    const mine = all.filter((one) => one.projection === projection.name);
    return {
      projection,
      active: mine.find(({ state }) => state === 'active'),
      building: mine.find(({ state }) => state === 'building'),
      retired: mine.filter(({ state }) => state === 'retired'),
    };
  };

  const refresh = (): Promise<void> => {
    reconciling ??= reconcile().finally(() => {
      reconciling = undefined;
    });
    return reconciling;
  };

  return {
    refresh,
    /** Looks again unless that was done a moment ago. */
    refreshIfOlder: async (ms: number): Promise<void> => {
      if (performance.now() - lookedAt > ms) await refresh();
    },
    all: (): readonly KnownVersions[] => projections.map(of),
    of,
    /** The generation that is read. */
    active: (projection: Projection): ProjectionVersion | undefined => {
      const { active } = of(projection);
      return active && { projection, number: active.number };
    },
  };
};

export type VersionCache = ReturnType<typeof versionCache>;
