import { setTimeout as wait } from 'node:timers/promises';
import {
  endsOf,
  kindOfLink,
  NO_EFFECTS,
  type Effects,
  type EffectsByLink,
  type ProxiedNetwork,
} from '@bankside/tools';
import type { NetworkDisruption, NetworkFault } from './network-schedule';
import type { Injection } from './recoveries';

/** The faults of the links of one kind. A fault hits a link when it withholds, delays or resets some of its traffic. */
type LinkFaults = Effects & Readonly<{ kind: string; impaired: number; hit: number }>;

const EFFECTS = Object.keys(NO_EFFECTS) as readonly (keyof Effects)[];

/** Counts the faults of links by kind. The counts include kinds that no fault has hit. */
const linkCounts = (links: readonly string[]) => {
  const kinds = new Map(links.map((link) => [kindOfLink(link), { impaired: 0, hit: 0, ...NO_EFFECTS }]));
  return {
    /** Counts a fault of these links. `before` and `after` are the effects of all faults when it begins and when it ends. */
    add: (impaired: readonly string[], before: EffectsByLink, after: EffectsByLink): void => {
      for (const link of impaired) {
        const count = kinds.get(kindOfLink(link))!;
        const [was, is] = [before[link]!, after[link]!];
        count.impaired += 1;
        if (EFFECTS.some((effect) => is[effect] !== was[effect])) count.hit += 1;
        for (const effect of EFFECTS) count[effect] += is[effect] - was[effect];
      }
    },
    counts: (): readonly LinkFaults[] =>
      [...kinds]
        .map(([kind, count]) => ({ kind, ...count }))
        .toSorted((one, other) => one.kind.localeCompare(other.kind)),
  };
};

export type InjectedLinkFaults = Readonly<{
  /** Faults of links, by fault. */
  network: Readonly<Record<string, number>>;
  links: readonly LinkFaults[];
}>;

const faultOf = (disruption: NetworkDisruption): NetworkFault =>
  disruption.type === 'impair' ? disruption.fault : disruption.type;

const describeLinks = (links: readonly string[]): string => {
  const [first, ...others] = links;
  return others.length > 3 ? `${first} and ${others.length} more` : links.join(', ');
};

/** A line for the log. */
export const describe = (disruption: NetworkDisruption): string => {
  const links = describeLinks(disruption.links);
  if (disruption.type !== 'impair') return `${disruption.type} connections of ${links}`;
  const { fault, forMs, impairment } = disruption;
  return `${fault} ${JSON.stringify(impairment)} of ${links} for ${forMs} ms`;
};

/** Injects faults of links and counts them. `whenReady` resolves to whether the process passed its probe in time, `record` receives each fault. */
export const networkNemesis = (
  { links, proxy }: ProxiedNetwork,
  whenReady: (process: string) => Promise<boolean>,
  record: (injection: Injection) => void,
) => {
  const network: Record<string, number> = {};
  const counts = linkCounts(links);
  let ids = 0;

  const apply = async (disruption: NetworkDisruption): Promise<void> => {
    if (disruption.type !== 'impair') return proxy[disruption.type](disruption.links);
    const id = String((ids += 1));
    await proxy.impair(id, disruption.links, disruption.impairment);
    await wait(disruption.forMs);
    return proxy.heal(id);
  };
  return {
    /** Resolves when the links have healed and the processes at their ends are ready, or were not in time. */
    inject: async (disruption: NetworkDisruption): Promise<void> => {
      const fault = faultOf(disruption);
      network[fault] = (network[fault] ?? 0) + 1;
      const before = await proxy.effects();
      const atMs = performance.now();
      await apply(disruption);
      const endedMs = performance.now();
      counts.add(disruption.links, before, await proxy.effects());
      const processes = [...new Set(disruption.links.flatMap(endsOf))];
      const waits = await Promise.all(
        processes.map(async (process) => ({
          process,
          inTime: await whenReady(process),
          endedMs: performance.now(),
        })),
      );
      record({
        atMs,
        kind: fault,
        target: describeLinks(disruption.links),
        forMs: endedMs - atMs,
        hits: disruption.links,
        ...(waits.every(({ inTime }) => inTime) && {
          readyAtMs: Object.fromEntries(waits.map((wait) => [wait.process, wait.endedMs])),
        }),
      });
    },
    injected: (): InjectedLinkFaults => ({ network, links: counts.counts() }),
  };
};
