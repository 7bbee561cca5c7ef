import { readdirSync, readFileSync } from 'node:fs';
import type { System } from '@bankside/tools';
import type { Entry } from './ledger';
import { percentile } from './report';

const EVERY_MS = 10_000;
const KIB_IN_MIB = 1_024;

type Sample = Readonly<{ rssMiB: number; files: number }>;
/** A figure at the beginning and at the end: medians of the first and the last third. */
type Course = Readonly<{ first: number; last: number }>;
export type Soak = Readonly<{
  processes: Readonly<Record<string, Readonly<{ rssMiB: Course; files: Course }>>>;
  answerMs: Readonly<{ p50: Course; p99: Course }>;
}>;

/** Linux only. Undefined for a process that is just being started again. */
const sampleOf = (pid: number | undefined): Sample | undefined => {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const rssMiB = Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]) / KIB_IN_MIB;
    return { rssMiB, files: readdirSync(`/proc/${pid}/fd`).length };
  } catch {
    return undefined;
  }
};

const courseOf = (values: readonly number[], share: number): Course => {
  const third = Math.ceil(values.length / 3);
  const at = (some: readonly number[]): number => Math.round(percentile(some, share) * 10) / 10;
  return { first: at(values.slice(0, third)), last: at(values.slice(-third)) };
};

/** Watches memory and open files of every process while the load goes on. */
export const startSoak = (system: System) => {
  const samples = new Map<string, Sample[]>();
  const timer = setInterval(() => {
    for (const [name, { pid }] of system.processes()) {
      const sample = sampleOf(pid);
      if (sample) samples.set(name, [...(samples.get(name) ?? []), sample]);
    }
  }, EVERY_MS);
  return {
    /** Ends it. `entries`: the commands of the load, in their order. */
    stop: (entries: readonly Entry[]): Soak => {
      clearInterval(timer);
      const took = entries.map(({ tookMs }) => tookMs);
      return {
        processes: Object.fromEntries(
          [...samples].map(([name, some]) => [
            name,
            {
              rssMiB: courseOf(
                some.map(({ rssMiB }) => rssMiB),
                0.5,
              ),
              files: courseOf(
                some.map(({ files }) => files),
                0.5,
              ),
            },
          ]),
        ),
        answerMs: { p50: courseOf(took, 0.5), p99: courseOf(took, 0.99) },
      };
    },
  };
};
