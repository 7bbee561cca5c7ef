import { sumOf } from '@bankside/std';
import type { ResponseOf } from './api-types';

export type Curves = ResponseOf<'readCurves'>;
export type Sample = Curves['samples'][number];
export type Mark = Curves['marks'][number];

/** A gap has no value: the figure is unknown there. */
export type Point = Readonly<{ at: number; value: number | undefined }>;
export type Line = Readonly<{ name: string; points: readonly Point[] }>;

const KEPT_MS = 15 * 60_000;
const MINUTE_MS = 60_000;

/** The samples of the last fifteen minutes, from those that are known and a response with newer ones. */
export const withNewer = (known: readonly Sample[], { at, samples }: Curves): readonly Sample[] => {
  const last = known.at(-1)?.at ?? '';
  const oldest = Date.parse(at) - KEPT_MS;
  return [...known, ...samples.filter((sample) => sample.at > last)].filter(
    (sample) => Date.parse(sample.at) > oldest,
  );
};

export const withNewerMarks = (known: readonly Mark[], { marks }: Curves): readonly Mark[] => {
  const isKnown = ({ at, text }: Mark): boolean => known.some((mark) => mark.at === at && mark.text === text);
  return [...known, ...marks.filter((mark) => !isKnown(mark))];
};

type Figures = 'commitsPerSecond' | 'publishedPerSecond' | 'outbox' | 'lagSeconds';

/** The sum over all services; unknown where one of them did not respond. */
export const total = (samples: readonly Sample[], figure: Figures, name: string): Line => ({
  name,
  points: samples.map((sample) => ({
    at: Date.parse(sample.at),
    value: sumOf(Object.values(sample[figure])),
  })),
});

/** One line for each service or view that has a figure in any sample. A service that did not respond is a gap. */
export const byName = (samples: readonly Sample[], figure: Figures, owner?: string): readonly Line[] => {
  const names = [...new Set(samples.flatMap((sample) => Object.keys(sample[figure])))].toSorted();
  return names.map((name) => ({
    name,
    points: samples.map((sample) => ({
      at: Date.parse(sample.at),
      value: sample.unavailable.includes(owner ?? name) ? undefined : (sample[figure][name] ?? 0),
    })),
  }));
};

type Ended = Readonly<{ end: string; count: number; p95Seconds: number }>;

const endedIn = (samples: readonly Sample[]): readonly Ended[] => samples.flatMap(({ sagas }) => sagas);

/** Sagas that ended in each minute, by end, with the worst 95th percentile of their durations. */
export const sagasByMinute = (samples: readonly Sample[]) => {
  const minutes = new Map<number, Sample[]>();
  for (const sample of samples) {
    const minute = Math.floor(Date.parse(sample.at) / MINUTE_MS) * MINUTE_MS;
    minutes.set(minute, [...(minutes.get(minute) ?? []), sample]);
  }
  return [...minutes].map(([at, of]) => {
    const ended = endedIn(of);
    const ends: Record<string, number> = {};
    for (const { end, count } of ended) ends[end] = (ends[end] ?? 0) + count;
    return {
      at,
      ends,
      p95Seconds: ended.length === 0 ? undefined : Math.max(...ended.map(({ p95Seconds }) => p95Seconds)),
      samples: of,
    };
  });
};

/** A round number that is not below the highest value: the top of an axis. */
export const topOf = (lines: readonly Line[]): number => {
  const highest = Math.max(0, ...lines.flatMap(({ points }) => points.map(({ value = 0 }) => value)));
  if (highest === 0) return 1;
  const power = 10 ** Math.floor(Math.log10(highest));
  return [1, 2, 5, 10].map((factor) => factor * power).find((top) => top >= highest)!;
};
