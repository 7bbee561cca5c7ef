import type { ConsumerLag, CurvesSample, OutboxResponse, SagaEnd } from '@bankside/contracts/http';
import { groupBy, percentile, sumOf } from '@bankside/std';

export type EndedSaga = Readonly<{ saga: string; end: SagaEnd; seconds: number }>;

/** What the system reports at one moment. An undefined part did not respond. */
export type Reading = Readonly<{
  /** Milliseconds since 1970. */
  at: number;
  outboxes: Readonly<Record<string, OutboxResponse | undefined>>;
  /** Of the service `projection`. */
  views: readonly ConsumerLag[] | undefined;
  ended: readonly EndedSaga[] | undefined;
}>;

/** The history that is kept. */
export const KEPT_MS = 15 * 60_000;

type Totals = Readonly<{ at: number; commits: number; published: number }>;

/** Without zeros, so that a quiet system costs few bytes. */
const nonZero = (entries: Iterable<readonly [string, number]>): Record<string, number> =>
  Object.fromEntries(
    [...entries]
      .map(([key, value]) => [key, Math.round(value * 1_000) / 1_000])
      .filter(([, value]) => value !== 0),
  );

const endsOf = (ended: readonly EndedSaga[]): CurvesSample['sagas'] =>
  [...groupBy(ended, ({ saga, end }) => `${saga} ${end}`).values()].map((group) => ({
    saga: group[0]!.saga,
    end: group[0]!.end,
    count: group.length,
    p95Seconds: percentile(
      group.map(({ seconds }) => seconds),
      0.95,
    ),
  }));

const lagsOf = (views: readonly ConsumerLag[]): Record<string, number> =>
  nonZero(
    [...groupBy(views, ({ consumer }) => consumer)].map(([view, rows]) => [
      view,
      Math.max(...rows.map(({ seconds }) => seconds)),
    ]),
  );

/** Turns readings into samples, and keeps those of the last fifteen minutes in memory. */
export const sampleHistory = () => {
  const totals = new Map<string, Totals>();
  let samples: readonly CurvesSample[] = [];
  let lastAt: number | undefined;

  /** Rates of one service since its previous reading. None for the first one, and for one that started over. */
  const ratesOf = (service: string, now: Totals): readonly [commits: number, published: number] => {
    const before = totals.get(service);
    totals.set(service, now);
    const seconds = before === undefined ? 0 : (now.at - before.at) / 1_000;
    if (before === undefined || seconds <= 0) return [0, 0];
    return [
      Math.max(0, now.commits - before.commits) / seconds,
      Math.max(0, now.published - before.published) / seconds,
    ];
  };

  const sampleOf = ({ at, outboxes, views, ended }: Reading, since: number): CurvesSample => {
    const rows = Object.entries(outboxes).flatMap(([service, response]) => {
      if (response === undefined) return [];
      const { partitions } = response;
      const [commits, published] = ratesOf(service, {
        at,
        commits: sumOf(partitions.map((one) => one.commits)),
        published: sumOf(partitions.map((one) => one.published)),
      });
      const waiting = sumOf(partitions.map((one) => one.waiting));
      const oldest = Math.max(0, ...partitions.map(({ oldestSeconds }) => oldestSeconds));
      return [{ service, commits, published, waiting, oldest }];
    });
    const column = (value: (row: (typeof rows)[number]) => number) =>
      nonZero(rows.map((row) => [row.service, value(row)]));
    const silent = Object.keys(outboxes).filter((service) => outboxes[service] === undefined);
    return {
      at: new Date(at).toISOString(),
      seconds: (at - since) / 1_000,
      commitsPerSecond: column(({ commits }) => commits),
      publishedPerSecond: column(({ published }) => published),
      outbox: column(({ waiting }) => waiting),
      outboxSeconds: column(({ oldest }) => oldest),
      lagSeconds: lagsOf(views ?? []),
      sagas: endsOf(ended ?? []),
      unavailable: [
        ...silent,
        ...(views === undefined ? ['projection'] : []),
        ...(ended === undefined ? ['temporal'] : []),
      ],
    };
  };

  return {
    /** The first reading only begins the history. */
    add: (reading: Reading): void => {
      const sample = sampleOf(reading, lastAt ?? reading.at);
      if (lastAt !== undefined && sample.seconds > 0) samples = [...samples, sample];
      lastAt = reading.at;
      const oldest = new Date(reading.at - KEPT_MS).toISOString();
      samples = samples.filter(({ at }) => at > oldest);
    },
    /** Those after an instant in UTC, oldest first. */
    after: (instant = ''): readonly CurvesSample[] => samples.filter(({ at }) => at > instant),
  };
};
export type SampleHistory = ReturnType<typeof sampleHistory>;
