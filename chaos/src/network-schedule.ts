import { endsOf, podOf, type Impairment } from '@bankside/tools';
import { between, pick, randomFrom, shuffled, type Random } from '@bankside/std/random';

/** An isolation partitions a service with its sidecar, or a store, from all other processes. */
type ImpairmentKind = 'partition' | 'isolation' | 'loss-forward' | 'loss-backward' | 'latency' | 'bandwidth';
export type NetworkFault = ImpairmentKind | 'reset' | 'forget';

/** A fault of links, `atMs` milliseconds after the load began. */
export type NetworkDisruption = Readonly<{ atMs: number; links: readonly string[] }> &
  (
    | Readonly<{ type: 'impair'; fault: ImpairmentKind; impairment: Impairment; forMs: number }>
    | Readonly<{ type: 'reset' | 'forget' }>
  );

/** Links such as `accounts→postgres`, by their kind, such as `service→postgres`. */
export type LinksByKind = ReadonlyMap<string, readonly string[]>;

const FIRST_AT_MS = 2_000;
const LEAST_PAUSE_MS = 1_500;
const MOST_PAUSE_MS = 4_500;
/** Links of a kind that have a fault at the same time. */
const MOST_LINKS = 3;
/** From less than any timeout to longer than leases, callers' timeouts and keepalives. */
const LEAST_MS = 500;
const MOST_MS = 20_000;
const LEAST_LATENCY_MS = 20;
const MOST_LATENCY_MS = 400;
const LEAST_BYTES_PER_SECOND = 5_000;
const MOST_BYTES_PER_SECOND = 100_000;

/** Partitions are the most frequent. */
const FAULTS: readonly NetworkFault[] = [
  'partition',
  'partition',
  'partition',
  'isolation',
  'loss-forward',
  'loss-backward',
  'latency',
  'bandwidth',
  'reset',
  'forget',
];
export const networkFaults: readonly NetworkFault[] = [...new Set(FAULTS)];

/** Endless items; each occurs in every round. */
function* rounds<T>(random: Random, items: readonly T[]): Generator<T, never> {
  for (;;) yield* shuffled(random, items);
}

/** Between the pod of one process of the link, its service with its sidecar, and all other processes. */
const linksAround = (random: Random, link: string, links: LinksByKind): readonly string[] => {
  const pod = podOf(pick(random, endsOf(link)));
  return [...links.values()].flat().filter((other) => {
    const ends = endsOf(other).map(podOf);
    return ends.includes(pod) && ends.some((end) => end !== pod);
  });
};

const impairmentOf = (random: Random, fault: ImpairmentKind): Impairment => {
  switch (fault) {
    case 'partition':
    case 'isolation':
      return { drop: 'both' };
    case 'loss-forward':
      return { drop: 'forward' };
    case 'loss-backward':
      return { drop: 'backward' };
    case 'latency': {
      const latencyMs = between(random, LEAST_LATENCY_MS, MOST_LATENCY_MS);
      return { latencyMs, jitterMs: between(random, 0, latencyMs) };
    }
    case 'bandwidth':
      return { bytesPerSecond: between(random, LEAST_BYTES_PER_SECOND, MOST_BYTES_PER_SECOND) };
  }
};

/** Deterministic: the same seed gives the same disruptions at the same times. */
export const networkSchedule = (
  seed: number,
  durationMs: number,
  links: LinksByKind,
): readonly NetworkDisruption[] => {
  if (links.size === 0) return [];
  const random = randomFrom(seed);
  const [faults, kinds] = [rounds(random, FAULTS), rounds(random, [...links.keys()])];
  const schedule: NetworkDisruption[] = [];
  for (let atMs = FIRST_AT_MS; atMs < durationMs; atMs += between(random, LEAST_PAUSE_MS, MOST_PAUSE_MS)) {
    const some = shuffled(random, links.get(kinds.next().value)!).slice(0, MOST_LINKS);
    const fault = faults.next().value;
    const forMs = between(random, LEAST_MS, MOST_MS);
    if (fault === 'reset' || fault === 'forget') schedule.push({ atMs, type: fault, links: some });
    else {
      const hit = fault === 'isolation' ? linksAround(random, some[0]!, links) : some;
      schedule.push({
        atMs,
        type: 'impair',
        fault,
        links: hit,
        impairment: impairmentOf(random, fault),
        forMs,
      });
    }
  }
  return schedule;
};
