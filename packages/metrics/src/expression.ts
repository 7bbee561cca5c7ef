import type { SeriesName } from './series';

/** A label equals a text, matches a pattern, or does not. */
export type Matcher = string | RegExp | Readonly<{ not: string | RegExp }>;
export type Selector = Readonly<{
  kind: 'select';
  series: SeriesName;
  where: Readonly<Record<string, Matcher>>;
}>;

/** A query in PromQL as data: rendered for Prometheus, and evaluated on scraped samples by tests. */
export type Expression =
  | Selector
  | Readonly<{ kind: 'rate' | 'increase'; of: Selector; seconds: number }>
  | Readonly<{ kind: 'sum' | 'max'; by: readonly string[]; of: Expression }>
  | Readonly<{ kind: 'quantile'; share: number; of: Expression }>
  | Readonly<{ kind: 'ratio'; of: Expression; to: Expression }>
  | Readonly<{ kind: 'compare'; of: Expression; operator: '>' | '<'; bound: number }>;

export const select = (series: SeriesName, where: Selector['where'] = {}): Selector => ({
  kind: 'select',
  series,
  where,
});
export const rate = (of: Selector, seconds = 300): Expression => ({ kind: 'rate', of, seconds });
export const increase = (of: Selector, seconds: number): Expression => ({ kind: 'increase', of, seconds });
export const sum = (of: Expression, ...by: readonly string[]): Expression => ({ kind: 'sum', by, of });
export const max = (of: Expression, ...by: readonly string[]): Expression => ({ kind: 'max', by, of });
/** Of a sum of buckets, by `le` and other labels. */
export const quantile = (share: number, of: Expression): Expression => ({ kind: 'quantile', share, of });
export const ratio = (of: Expression, to: Expression): Expression => ({ kind: 'ratio', of, to });
export const above = (of: Expression, bound: number): Expression => ({
  kind: 'compare',
  of,
  operator: '>',
  bound,
});
export const below = (of: Expression, bound: number): Expression => ({
  kind: 'compare',
  of,
  operator: '<',
  bound,
});

const duration = (seconds: number): string => (seconds % 60 === 0 ? `${seconds / 60}m` : `${seconds}s`);

const renderMatcher = (label: string, matcher: Matcher): string => {
  const isNot = typeof matcher === 'object' && 'not' in matcher;
  const value = isNot ? matcher.not : matcher;
  const [equal, different] = typeof value === 'string' ? ['=', '!='] : ['=~', '!~'];
  const text = typeof value === 'string' ? value : value.source;
  return `${label}${isNot ? different : equal}${JSON.stringify(text)}`;
};

const renderSelector = ({ series, where }: Selector): string => {
  const matchers = Object.entries(where).map(([label, matcher]) => renderMatcher(label, matcher));
  return matchers.length === 0 ? series : `${series}{${matchers.join(', ')}}`;
};

/** The query in PromQL. */
export const render = (expression: Expression): string => {
  switch (expression.kind) {
    case 'select':
      return renderSelector(expression);
    case 'rate':
    case 'increase':
      return `${expression.kind}(${renderSelector(expression.of)}[${duration(expression.seconds)}])`;
    case 'sum':
    case 'max': {
      const by = expression.by.length === 0 ? '' : ` by (${expression.by.join(', ')}) `;
      return `${expression.kind}${by}(${render(expression.of)})`;
    }
    case 'quantile':
      return `histogram_quantile(${expression.share}, ${render(expression.of)})`;
    case 'ratio':
      return `${render(expression.of)} / ${render(expression.to)}`;
    case 'compare':
      return `${render(expression.of)} ${expression.operator} ${expression.bound}`;
  }
};

/** Every selector of a query. */
export const selectorsOf = (expression: Expression): readonly Selector[] => {
  if (expression.kind === 'select') return [expression];
  const operands = expression.kind === 'ratio' ? [expression.of, expression.to] : [expression.of];
  return operands.flatMap(selectorsOf);
};

/** The labels that a query names in groups and matchers. */
export const labelsOf = (expression: Expression): readonly string[] => {
  if (expression.kind === 'select') return Object.keys(expression.where);
  const operands = expression.kind === 'ratio' ? [expression.of, expression.to] : [expression.of];
  return ['by' in expression ? expression.by : [], ...operands.map(labelsOf)].flat();
};
