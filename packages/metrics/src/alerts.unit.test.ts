import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { evaluate, firing, type Scrape } from '../testing/evaluate';
import { alertRules, rate, render, select, sum, type AlertName } from './observability';

const root = join(__dirname, '..', '..', '..');
const alerts = Object.keys(alertRules) as AlertName[];
const FOLDERS = ['packages', 'services', 'workflows', 'e2e'];

const testsIn = (folder: string): readonly string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const { name } = entry;
    const path = join(folder, name);
    if (entry.isDirectory()) return name === 'node_modules' || name === 'dist' ? [] : testsIn(path);
    return name.endsWith('.test.ts') && path !== __filename ? [readFileSync(path, 'utf8')] : [];
  });

describe('an alert rule', () => {
  const tests = FOLDERS.flatMap((folder) => testsIn(join(root, folder))).join('\n');

  it.each(alerts)('%s has a test in which a fault raises it', (alert) => {
    expect(tests).toMatch(new RegExp(`(alertWatch|watch)\\(\\s*'${alert}'`));
  });

  it.each(alerts)('%s has a runbook: what it means, how to look, what to do', (alert) => {
    const runbook = readFileSync(join(root, 'docs', 'runbooks', `${alert}.md`), 'utf8');
    expect(runbook.startsWith(`# ${alert}\n`)).toBe(true);
    for (const heading of ['What it means', 'How to look', 'What to do'])
      expect(runbook).toContain(`\n## ${heading}\n`);
    expect(runbook.toLowerCase()).toContain(`**${alertRules[alert].severity}.**`);
  });
});

describe('a query', () => {
  const requests = select('http_request_duration_seconds_count', { status: /5../, route: { not: '/feed' } });

  it('is rendered as PromQL', () => {
    expect(render(sum(rate(requests), 'service'))).toBe(
      'sum by (service) (rate(http_request_duration_seconds_count{status=~"5..", route!="/feed"}[5m]))',
    );
  });

  const scrapes = (...values: readonly (number | undefined)[]): readonly Scrape[] =>
    values.map((value, index) => ({
      at: index * 30,
      samples:
        value === undefined
          ? []
          : [{ name: requests.series, labels: { service: 'loans', status: '503', route: '/' }, value }],
    }));

  it('continues to count after a restart of the process, and needs two samples', () => {
    expect(evaluate(sum(rate(requests), 'service'), scrapes(7, 10, 3))).toEqual([
      { labels: { service: 'loans' }, value: 6 / 60 },
    ]);
    expect(evaluate(sum(rate(requests)), scrapes(undefined, undefined, 3))).toEqual([]);
  });

  it('fires only after it has held for its time', () => {
    const rule = { ...alertRules.ServiceDown, forSeconds: 60 };
    const up = (...values: readonly number[]): readonly Scrape[] =>
      values.map((value, index) => ({
        at: index * 30,
        samples: [{ name: 'up', labels: { job: 'bankside', service: 'loans' }, value }],
      }));
    expect(firing(rule, up(1, 0, 0))).toEqual([]);
    expect(firing(rule, up(1, 0, 0, 0))).toEqual([{ job: 'bankside', service: 'loans' }]);
    expect(firing(rule, up(0, 0, 1, 0, 0))).toEqual([]);
  });
});
