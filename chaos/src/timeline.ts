import type { HistoryEntry } from './command-history';
import { networkFaults, type NetworkFault } from './network-schedule';

/** `switches` are the fault switches of a service. */
export type DisruptionKind = 'kill' | 'pause' | 'wipe-broker' | 'restart-broker' | 'switches' | NetworkFault;

/** A disruption that was injected. */
export type InjectedDisruption = Readonly<{
  atMs: number;
  kind: DisruptionKind;
  /** The process, the service or the links. */
  target: string;
  /** 0 for a disruption without an end. */
  forMs: number;
  /** Milliseconds from its end until the processes are ready; missing when that is not measured or they are not in time. */
  recoveredMs?: number;
  /** The longest part of it in which no other disruption kept a process from being ready, and that process. */
  undisturbedMs?: number;
  waitedFor?: string;
}>;

/** Whether the processes were not ready in time, as far as that is measured. */
export const isNotReadyInTime = ({ kind, recoveredMs }: InjectedDisruption): boolean =>
  recoveredMs === undefined && (kind === 'kill' || networkFaults.some((fault) => fault === kind));

/** A run over time: counts of each second of the load, so that their size depends on its duration alone. */
export type Timeline = Readonly<{
  /** Commands that began in this second. */
  commands: readonly number[];
  /** Those of them that were rejected by their first response. */
  rejected: readonly number[];
  /** Those of them with at least one call without a known outcome, whatever became of them. */
  unknown: readonly number[];
  /** In the order of their times, in milliseconds since the load began. */
  disruptions: readonly InjectedDisruption[];
}>;

const SECOND_MS = 1_000;

const countsPerSecond = (begunMs: readonly number[], seconds: number): readonly number[] => {
  const counts = Array.from({ length: seconds }, () => 0);
  for (const ms of begunMs) {
    const second = Math.floor(ms / SECOND_MS);
    if (second >= 0 && second < seconds) counts[second]! += 1;
  }
  return counts;
};

type Recorded = Readonly<{
  entries: readonly Pick<HistoryEntry, 'begunMs' | 'outcome' | 'unknowns'>[];
  disruptions: readonly InjectedDisruption[];
  /** Start and end of the load, by the clock of entries and disruptions. */
  fromMs: number;
  untilMs: number;
}>;

export const timelineOf = ({ entries, disruptions, fromMs, untilMs }: Recorded): Timeline => {
  const seconds = Math.ceil((untilMs - fromMs) / SECOND_MS);
  const counts = (some: Recorded['entries']): readonly number[] =>
    countsPerSecond(
      some.map(({ begunMs }) => begunMs - fromMs),
      seconds,
    );
  return {
    commands: counts(entries),
    rejected: counts(entries.filter(({ outcome, unknowns }) => outcome === 'rejected' && unknowns === 0)),
    unknown: counts(entries.filter(({ unknowns }) => unknowns > 0)),
    disruptions: disruptions
      .map(({ atMs, forMs, recoveredMs, undisturbedMs, ...rest }) => ({
        ...rest,
        atMs: Math.round(atMs - fromMs),
        forMs: Math.round(forMs),
        ...(recoveredMs !== undefined && { recoveredMs: Math.round(recoveredMs) }),
        ...(undisturbedMs !== undefined && { undisturbedMs: Math.round(undisturbedMs) }),
      }))
      .toSorted((one, other) => one.atMs - other.atMs),
  };
};
