import type { Dashboard } from './dashboards';
import { render } from './expression';

const COLUMNS = 24;
const WIDTH = 12;
const HEIGHT = 8;
const DATASOURCE = { type: 'prometheus', uid: '${datasource}' };

/** The dashboard as Grafana imports it. */
export const grafanaDashboard = (name: string, { title, panels }: Dashboard): object => ({
  uid: `bankside-${name}`,
  title,
  tags: ['bankside'],
  schemaVersion: 39,
  timezone: 'browser',
  refresh: '10s',
  time: { from: 'now-15m', to: 'now' },
  templating: {
    list: [{ name: 'datasource', label: 'Data source', type: 'datasource', query: 'prometheus' }],
  },
  panels: panels.map((panel, index) => ({
    id: index + 1,
    title: panel.title,
    type: 'timeseries',
    datasource: DATASOURCE,
    gridPos: {
      x: (index * WIDTH) % COLUMNS,
      y: Math.floor((index * WIDTH) / COLUMNS) * HEIGHT,
      w: WIDTH,
      h: HEIGHT,
    },
    fieldConfig: {
      defaults: { unit: panel.unit, min: 0, custom: { fillOpacity: 10, showPoints: 'never' } },
      overrides: [],
    },
    options: { legend: { displayMode: 'list', placement: 'bottom' }, tooltip: { mode: 'multi' } },
    targets: panel.queries.map(({ expression, legend }, at) => ({
      refId: String.fromCodePoint(65 + at),
      expr: render(expression),
      legendFormat: legend,
      datasource: DATASOURCE,
    })),
  })),
});
