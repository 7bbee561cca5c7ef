import { quantile, rate, ratio, select, sum, type Expression, type Selector } from './expression';
import type { SeriesName } from './series';

type Query = Readonly<{ expression: Expression; legend: string }>;
/** A unit of Grafana. */
type Unit = 's' | 'short' | 'ops' | 'reqps' | 'percentunit' | 'bytes' | 'bool';
type Panel = Readonly<{ title: string; unit: Unit; queries: readonly Query[] }>;
export type Dashboard = Readonly<{ title: string; panels: readonly Panel[] }>;

export const query = (expression: Expression, legend: string): Query => ({ expression, legend });
export const perSecond = (
  series: SeriesName,
  where: Selector['where'],
  ...by: readonly string[]
): Expression => sum(rate(select(series, where)), ...by);
export const percentile = (
  share: number,
  series: SeriesName,
  where: Selector['where'],
  ...by: readonly string[]
) => quantile(share, sum(rate(select(series, where)), 'le', ...by));
export const mean = (series: 'group_commit_size', ...by: readonly string[]): Expression =>
  ratio(perSecond(`${series}_sum`, {}, ...by), perSecond(`${series}_count`, {}, ...by));

export const NOT_STREAMING = { route: { not: '/api/events' } };
