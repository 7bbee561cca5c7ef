import { readdirSync, readFileSync } from 'node:fs';
import type { System } from '@bankside/tools';
import type { HistoryEntry } from './command-history';
import { percentile } from '@bankside/std';

const SAMPLE_EVERY_MS = 10_000;
const KIB_IN_MIB = 1_024;

type Sample = Readonly<{ rssMiB: number; files: number }>;
/** A percentile over the first and over the last third of the samples. */
type Trend = Readonly<{ first: number; last: number }>;
export type Soak = Readonly<{
  processes: Readonly<Record<string, Readonly<{ rssMiB: Trend; files: Trend }>>>;
  responseMs: Readonly<{ p50: Trend; p99: Trend }>;
}>;

/** Linux only. Undefined while a process restarts. */
const sampleOf = (pid: number | undefined): Sample | undefined => {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const rssMiB = Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]) / KIB_IN_MIB;
    return { rssMiB, files: readdirSync(`/proc/${pid}/fd`).length };
  } catch {
    return undefined;
  }
};

const trendOf = (values: readonly number[], share: number): Trend => {
  const third = Math.ceil(values.length / 3);
  const at = (some: readonly number[]): number => Math.round(percentile(some, share) * 10) / 10 || 0;
  return { first: at(values.slice(0, third)), last: at(values.slice(-third)) };
};

/** Samples memory and open files of every process. */
export const startSoak = (system: System) => {
  const samples = new Map<string, Sample[]>();
  const timer = setInterval(() => {
    for (const [name, { pid }] of system.processes()) {
      const sample = sampleOf(pid);
      if (sample) samples.set(name, [...(samples.get(name) ?? []), sample]);
    }
  }, SAMPLE_EVERY_MS);
  return {
    /** Stops sampling. `entries` are the commands of the load, in order. */
    stop: (entries: readonly HistoryEntry[]): Soak => {
      clearInterval(timer);
      const took = entries.map(({ tookMs }) => tookMs);
      return {
        processes: Object.fromEntries(
          [...samples].map(([name, some]) => [
            name,
            {
              rssMiB: trendOf(
                some.map(({ rssMiB }) => rssMiB),
                0.5,
              ),
              files: trendOf(
                some.map(({ files }) => files),
                0.5,
              ),
            },
          ]),
        ),
        responseMs: { p50: trendOf(took, 0.5), p99: trendOf(took, 0.99) },
      };
    },
  };
};
