import type { AlertRule } from '../src/alerts';
import type { Expression, Matcher, Selector } from '../src/expression';
import type { Sample } from './samples';

/** The samples of all processes at one time, in seconds. */
export type Scrape = Readonly<{ at: number; samples: readonly Sample[] }>;
type Labels = Sample['labels'];
export type Value = Readonly<{ labels: Labels; value: number }>;

const holds = (matcher: Matcher, value = ''): boolean => {
  if (typeof matcher === 'string') return value === matcher;
  if (matcher instanceof RegExp) return new RegExp(`^(?:${matcher.source})$`).test(value);
  return !holds(matcher.not, value);
};

const selected = ({ series, where }: Selector, { samples }: Scrape): readonly Sample[] =>
  samples.filter(
    ({ name, labels }) =>
      name === series && Object.entries(where).every(([label, matcher]) => holds(matcher, labels[label])),
  );

const keyOf = (labels: Labels): string =>
  JSON.stringify(Object.entries(labels).toSorted(([a], [b]) => a.localeCompare(b)));
const pick = (labels: Labels, names: readonly string[]): Labels =>
  Object.fromEntries(names.flatMap((name) => (labels[name] === undefined ? [] : [[name, labels[name]]])));

const groups = <T extends Readonly<{ labels: Labels }>>(
  values: readonly T[],
  labelsOf: (labels: Labels) => Labels,
): readonly Readonly<{ labels: Labels; members: readonly T[] }>[] => {
  const found = new Map<string, { labels: Labels; members: T[] }>();
  for (const one of values) {
    const labels = labelsOf(one.labels);
    const group = found.get(keyOf(labels)) ?? { labels, members: [] };
    group.members.push(one);
    found.set(keyOf(labels), group);
  }
  return [...found.values()];
};

/** How much each counter grew within the window, and over which time. A fall is a restart of the process. */
const growth = (selector: Selector, seconds: number, history: readonly Scrape[]) => {
  const end = history.at(-1)?.at ?? 0;
  const window = history.filter(({ at }) => at > end - seconds);
  const points = window.flatMap((scrape) =>
    selected(selector, scrape).map(({ labels, value }) => ({ labels, value, at: scrape.at })),
  );
  return groups(points, (labels) => labels).flatMap(({ labels, members }) => {
    if (members.length < 2) return [];
    const grown = members.slice(1).reduce((total, { value }, index) => {
      const before = members[index]!.value;
      return total + (value >= before ? value - before : value);
    }, 0);
    return [{ labels, grown, over: members.at(-1)!.at - members[0]!.at }];
  });
};

const quantileOf = (share: number, buckets: readonly Value[]): number => {
  const sorted = buckets
    .map(({ labels, value }) => ({ bound: labels['le'] === '+Inf' ? Infinity : Number(labels['le']), value }))
    .toSorted((a, b) => a.bound - b.bound);
  const wanted = share * (sorted.at(-1)?.value ?? 0);
  if (wanted === 0) return Number.NaN;
  const index = sorted.findIndex(({ value }) => value >= wanted);
  const [below, bucket] = [sorted[index - 1] ?? { bound: 0, value: 0 }, sorted[index]!];
  if (bucket.bound === Infinity) return below.bound;
  const within = (wanted - below.value) / (bucket.value - below.value);
  return below.bound + (bucket.bound - below.bound) * within;
};

const without = (labels: Labels, name: string): Labels =>
  Object.fromEntries(Object.entries(labels).filter(([label]) => label !== name));

/** The value of a query at the time of the last scrape: as Prometheus, but without extrapolation at the edges of a window. */
export const evaluate = (expression: Expression, history: readonly Scrape[]): readonly Value[] => {
  const last = history.at(-1);
  if (last === undefined) return [];
  switch (expression.kind) {
    case 'select':
      return selected(expression, last);
    case 'increase':
      return growth(expression.of, expression.seconds, history).map(({ labels, grown }) => ({
        labels,
        value: grown,
      }));
    case 'rate':
      return growth(expression.of, expression.seconds, history).map(({ labels, grown, over }) => ({
        labels,
        value: grown / over,
      }));
    case 'sum':
    case 'max':
      return groups(evaluate(expression.of, history), (labels) => pick(labels, expression.by)).map(
        ({ labels, members }) => {
          const values = members.map(({ value }) => value);
          return {
            labels,
            value: expression.kind === 'max' ? Math.max(...values) : values.reduce((a, b) => a + b, 0),
          };
        },
      );
    case 'quantile':
      return groups(evaluate(expression.of, history), (labels) => without(labels, 'le')).map(
        ({ labels, members }) => ({ labels, value: quantileOf(expression.share, members) }),
      );
    case 'ratio': {
      const divisors = new Map(evaluate(expression.to, history).map((one) => [keyOf(one.labels), one.value]));
      return evaluate(expression.of, history).flatMap(({ labels, value }) => {
        const divisor = divisors.get(keyOf(labels));
        return divisor === undefined ? [] : [{ labels, value: value / divisor }];
      });
    }
    case 'compare':
      return evaluate(expression.of, history).filter(({ value }) =>
        expression.operator === '>' ? value > expression.bound : value < expression.bound,
      );
  }
};

/** The labels for which an alert fires at the time of the last scrape. */
export const firing = (
  { expression, forSeconds }: AlertRule,
  history: readonly Scrape[],
): readonly Labels[] => {
  const until = history.at(-1)?.at ?? 0;
  const since = history.findLastIndex(({ at }) => at <= until - forSeconds);
  if (since < 0) return [];
  const active = history
    .slice(since)
    .map((_scrape, index) => evaluate(expression, history.slice(0, since + index + 1)));
  return active
    .at(-1)!
    .map(({ labels }) => labels)
    .filter((labels) => active.every((values) => values.some((one) => keyOf(one.labels) === keyOf(labels))));
};
