export type Caused = Readonly<{
  id: string;
  /** Ids of what comes before it. Those that are not in the list are ignored. */
  causes: readonly string[];
  /** On the clock of its service. Decides between what does not depend on each other. */
  at: string;
}>;

/** Sorts so that causes come before their effects, and otherwise by time: the clocks of services differ. */
export const inCausalOrder = <T extends Caused>(items: readonly T[]): readonly T[] => {
  const waiting = new Map(
    items.toSorted((one, other) => Date.parse(one.at) - Date.parse(other.at)).map((item) => [item.id, item]),
  );
  const sorted: T[] = [];
  while (waiting.size > 0) {
    const all = [...waiting.values()];
    // Ids that cause each other would be a defect of a service; the earliest one then breaks the cycle.
    const next =
      all.find(({ id, causes }) => !causes.some((cause) => cause !== id && waiting.has(cause))) ?? all[0]!;
    waiting.delete(next.id);
    sorted.push(next);
  }
  return sorted;
};
