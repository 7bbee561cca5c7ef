import type { ApiClient } from '@bankside/client';
import type { CurvesSample } from '@bankside/contracts/http';
import {
  alertRules,
  dashboards,
  describeSeries,
  foreignMetrics,
  labelsOf,
  selectorsOf,
  type AlertRule,
  type Dashboard,
  type Expression,
} from '@bankside/metrics/observability';
import { metricRows } from '@bankside/metrics/table';
import { alertWatch, parseSamples, targetAt } from '@bankside/metrics/testing';
import { until } from '@bankside/tools';
import { without } from './control';
import { shop, signInAs, wholeSystem, type Buyer } from './shop';

const { addresses } = wholeSystem();
const metricsUrl = (service: string): string => addresses.services[service]!.metricsUrl;
const scrape = (service: string): Promise<string> => targetAt(metricsUrl(service))();

/** Labels that Prometheus adds, or that each sample has. */
const ADDED = ['job', 'instance', 'service'];

describe('the metrics of the system', () => {
  let api: ApiClient;
  let buyer: Buyer;
  /** Names of the labels by name of the series, as all processes show them. */
  const shown = new Map<string, ReadonlySet<string>>();

  const scrapeAll = async (): Promise<void> => {
    shown.clear();
    const texts = await Promise.all(Object.keys(addresses.services).map(scrape));
    for (const { name, labels } of texts.flatMap(parseSamples))
      shown.set(name, new Set([...(shown.get(name) ?? []), ...Object.keys(labels)]));
  };

  beforeAll(async () => {
    api = await signInAs({ role: ['teller', 'operator'] });
    buyer = await shop(api).buyer(10_000);
    const sku = await shop(api).product(1_000, 5);
    expect(await shop(api).order(buyer, sku, 2)).toMatchObject({ state: 'confirmed' });
    expect(await shop(api).order(buyer, sku, 99)).toMatchObject({ state: 'rejected' });
    for (const via of ['gateway', 'composer'])
      expect((await api.get(`/api/customers/${buyer.customerId}/summary?via=${via}`)).status).toBe(200);
    await until(
      async () => {
        await scrapeAll();
        expect([...shown.keys()]).toContain('saga_duration_seconds_count');
      },
      { what: 'the metrics of the sagas', timeoutMs: 30_000 },
    );
  });
  afterAll(() => api.close());

  it.each(metricRows)('show %s with the labels of the table', (name, { type, labels }) => {
    const found = shown.get(type === 'histogram' ? `${name}_count` : name);
    expect([...(found ?? [])]).toEqual(expect.arrayContaining(['service', ...labels]));
  });

  it('have no metric beside those of the table, Node.js and Temporal', () => {
    const known = new Set(metricRows.map(([name]) => name as string));
    const others = [...shown.keys()].filter(
      (name) =>
        !/^(process|nodejs|temporal)_/.test(name) && !known.has(name.replace(/_(bucket|count|sum)$/, '')),
    );
    expect(others).toEqual([]);
  });

  const queries: readonly (readonly [string, Expression])[] = [
    ...Object.entries<AlertRule>(alertRules).map(([name, { expression }]) => [name, expression] as const),
    ...Object.values<Dashboard>(dashboards).flatMap(({ title, panels }) =>
      panels.flatMap((panel) =>
        panel.queries.map(({ expression }) => [`${title}: ${panel.title}`, expression] as const),
      ),
    ),
  ];

  it('are those that alerts and dashboards name', () => {
    expect(queries.length).toBeGreaterThan(40);
    for (const [what, expression] of queries) {
      for (const { series } of selectorsOf(expression)) {
        const { name } = describeSeries(series);
        const isFromPrometheus = name === 'up';
        expect({ what, series, isShown: isFromPrometheus || shown.has(series) }).toEqual({
          what,
          series,
          isShown: true,
        });
        const labels = [...ADDED, ...(shown.get(series) ?? foreignMetrics.up.labels)];
        for (const label of labelsOf(expression))
          expect({ what, series, labels }).toEqual({ what, series, labels: expect.arrayContaining([label]) });
      }
    }
  });

  it('raise ServiceDown and CircuitBreakerOpen while a service hangs', async () => {
    const down = alertWatch('ServiceDown', { loans: targetAt(metricsUrl('loans')) });
    const open = alertWatch('CircuitBreakerOpen', { gateway: targetAt(metricsUrl('gateway')) });
    await Promise.all([down.assertQuiet(), open.assertQuiet()]);
    const summary = () => api.get(`/api/customers/${buyer.customerId}/summary?via=gateway`);
    await without('loans', async () => {
      const askAll = () => Promise.all(Array.from({ length: 5 }, summary));
      expect(await open.raised(askAll)).toEqual([{ service: 'gateway', owner: 'loans' }]);
      expect(await down.raised()).toEqual([expect.objectContaining({ service: 'loans' })]);
    });
  });

  it('are summed up as curves of what the system just did', async () => {
    await until(
      async () => {
        const { status, body } = await api.get('/api/curves');
        expect(status).toBe(200);
        const { samples } = body as Readonly<{ samples: readonly CurvesSample[] }>;
        const total = (of: (sample: CurvesSample) => number | undefined): number =>
          samples.reduce((sum, sample) => sum + (of(sample) ?? 0) * sample.seconds, 0);
        expect(total(({ commitsPerSecond }) => commitsPerSecond['orders'])).toBeGreaterThanOrEqual(2);
        expect(total(({ publishedPerSecond }) => publishedPerSecond['orders'])).toBeGreaterThanOrEqual(2);
        const ends = samples.flatMap(({ sagas }) => sagas.map(({ saga, end }) => `${saga} ${end}`));
        expect(ends).toEqual(expect.arrayContaining(['placeOrder confirmed', 'placeOrder rejected']));
      },
      { what: 'the orders in the curves', timeoutMs: 45_000 },
    );
  });
});
