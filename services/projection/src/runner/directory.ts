import type { Registered, Registry } from '../control/registry';
import type { Generation } from '../store/port';
import type { View } from '../view';

/** What is known of a view's generations. Those made by another version of its definition can be read, not written. */
export type Known = Readonly<{
  view: View;
  active: Registered | undefined;
  building: Registered | undefined;
  retired: readonly Registered[];
}>;

/** The generations as they were when last looked, for those who read views and those who write them. */
export const directory = (views: readonly View[], registry: Registry) => {
  let all: readonly Registered[] = [];
  let lookedAt = -Infinity;
  let looking: Promise<void> | undefined;

  const look = async (): Promise<void> => {
    const since = performance.now();
    all = await registry.all();
    lookedAt = since;
  };

  const of = (view: View): Known => {
    const mine = all.filter((one) => one.view === view.name);
    return {
      view,
      active: mine.find(({ state }) => state === 'active'),
      building: mine.find(({ state }) => state === 'building'),
      retired: mine.filter(({ state }) => state === 'retired'),
    };
  };

  const refresh = (): Promise<void> => {
    looking ??= look().finally(() => {
      looking = undefined;
    });
    return looking;
  };

  return {
    refresh,
    /** Looks again unless that was done a moment ago. */
    refreshIfOlder: async (ms: number): Promise<void> => {
      if (performance.now() - lookedAt > ms) await refresh();
    },
    known: (): readonly Known[] => views.map(of),
    of,
    /** The generation that is read. */
    active: (view: View): Generation | undefined => {
      const { active } = of(view);
      return active && { view, number: active.number };
    },
  };
};

export type Directory = ReturnType<typeof directory>;
