import { kindOfLink, type EffectsByLink } from '@bankside/tools';

/** The faults of the links of one kind. A fault hits a link when it withholds, delays or resets some of its traffic. */
export type LinkFaults = Readonly<{
  kind: string;
  impaired: number;
  hit: number;
  withheldBytes: number;
  withheldConnections: number;
  delayedBytes: number;
  resetConnections: number;
}>;

const NONE = {
  impaired: 0,
  hit: 0,
  withheldBytes: 0,
  withheldConnections: 0,
  delayedBytes: 0,
  resetConnections: 0,
};

/** Counts the faults of links by kind. Kinds that no fault hits are among the counts, too. */
export const linkCounts = (links: readonly string[]) => {
  const kinds = new Map(links.map((link) => [kindOfLink(link), { ...NONE }]));
  return {
    /** Counts a fault of these links. `before` and `after` are the effects of all faults when it begins and when it ends. */
    add: (impaired: readonly string[], before: EffectsByLink, after: EffectsByLink): void => {
      for (const link of impaired) {
        const count = kinds.get(kindOfLink(link))!;
        const [was, is] = [before[link]!, after[link]!];
        count.impaired += 1;
        if (JSON.stringify(was) !== JSON.stringify(is)) count.hit += 1;
        for (const effect of [
          'withheldBytes',
          'withheldConnections',
          'delayedBytes',
          'resetConnections',
        ] as const)
          count[effect] += is[effect] - was[effect];
      }
    },
    counts: (): readonly LinkFaults[] =>
      [...kinds]
        .map(([kind, count]) => ({ kind, ...count }))
        .toSorted((one, other) => one.kind.localeCompare(other.kind)),
  };
};
