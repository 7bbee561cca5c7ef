import { endsOf, isSidecar, podOf } from '@bankside/tools';
import type { DisruptionKind, InjectedDisruption } from './timeline';

/** A disruption as it was injected. All times are in milliseconds, by one clock. */
export type Injection = Readonly<{
  atMs: number;
  kind: DisruptionKind;
  /** Of `hits`, for people. */
  target: string;
  /** 0 for a disruption without an end. */
  forMs: number;
  /** Processes, and links such as `accounts→postgres`. */
  hits: readonly string[];
  /** When each of these processes, or of those at the ends of the links, was ready again. */
  readyAtMs?: Readonly<Record<string, number>>;
}>;

/** The processes without which this one is not ready: it, its service or sidecar, and the stores that these use. */
const neededBy = (process: string, links: readonly string[]): ReadonlySet<string> => {
  const pods = new Set([podOf(process)]);
  for (const pod of pods)
    // Also those that are added on the way: FerretDB needs PostgreSQL.
    for (const [from, to] of links.map(endsOf)) if (podOf(from!) === pod && !isSidecar(to!)) pods.add(to!);
  return pods;
};

/** Derives how long each disruption kept processes from being ready, and how long of it no other disruption did. */
export const recoveriesOf = (
  injections: readonly Injection[],
  links: readonly string[],
): readonly InjectedDisruption[] => {
  const lastReady = ({ readyAtMs = {} }: Injection): number => Math.max(...Object.values(readyAtMs));

  /** Since when no other disruption has kept the process from being ready. */
  const undisturbedSince = (injection: Injection, process: string, readyAt: number): number => {
    const needed = neededBy(process, links);
    const others = injections.filter(
      (other) =>
        other !== injection &&
        other.atMs < readyAt &&
        other.hits.some((hit) => endsOf(hit).every((end) => needed.has(podOf(end)))),
    );
    const ends = others.map((other) => {
      const isSameKill = other.kind === 'kill' && injection.kind === 'kill' && other.target === process;
      return other.kind === 'kill' && !isSameKill && other.readyAtMs !== undefined
        ? lastReady(other)
        : other.atMs + other.forMs;
    });
    return Math.min(readyAt, Math.max(injection.atMs + injection.forMs, ...ends));
  };

  return injections.map((injection) => {
    const { atMs, kind, target, forMs, readyAtMs = {} } = injection;
    const waits = Object.entries(readyAtMs).map(([process, readyAt]) => ({
      waitedFor: process,
      recoveredMs: readyAt - atMs - forMs,
      undisturbedMs: readyAt - undisturbedSince(injection, process, readyAt),
    }));
    const longest = (of: 'recoveredMs' | 'undisturbedMs') =>
      waits.toSorted((one, other) => other[of] - one[of])[0];
    const [slowest, own] = [longest('recoveredMs'), longest('undisturbedMs')];
    return {
      atMs,
      kind,
      target,
      forMs,
      ...(slowest && own && { ...own, recoveredMs: slowest.recoveredMs }),
    };
  });
};

/** Those but restarts of the broker whose processes took longest to be ready while no other disruption kept them from it. */
export const slowestOf = (
  disruptions: readonly InjectedDisruption[],
  count: number,
): readonly InjectedDisruption[] =>
  disruptions
    .filter(({ kind, undisturbedMs }) => kind !== 'restart-broker' && undisturbedMs !== undefined)
    .toSorted((one, other) => other.undisturbedMs! - one.undisturbedMs!)
    .slice(0, count);
