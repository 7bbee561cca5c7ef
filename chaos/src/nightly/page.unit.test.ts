import { sampleReport } from '../../testing/sample-report';
import type { Report } from '../report';
import type { SeedResult } from './night';
import { nightPage } from './page';

const plan = { seeds: [4, 5], minutes: 1, startedAt: '2026-01-01T00:00:00.000Z' };
const held = (seed: number, changes: Partial<Report> = {}): SeedResult => ({
  seed,
  report: sampleReport(seed, 60, changes),
});
const page = (...results: readonly SeedResult[]): string => nightPage({ ...plan, results });
const rowOf = (html: string, name: string): string =>
  html.split('\n').find((line) => line.startsWith(`<tr><th scope="row">${name}</th>`))!;

describe('the page of a nightly run', () => {
  it('begins with the verdict', () => {
    expect(page(held(4), held(5))).toContain('Passed: every check holds for 2 seeds');
    expect(page(held(4))).toContain('Not finished: 1 of 2 seeds so far');
    expect(page()).toContain('Not finished: 0 of 2 seeds so far');
    expect(page(held(4), { seed: 5, failure: 'no port' })).toContain('Failed: seed 5, did not finish');
  });

  it('has all violations of a check, and the command that repeats the run', () => {
    const html = page(held(4), held(5, { violations: { 'money is conserved': ['1 cent', '2 cents'] } }));
    expect(html).toContain('Failed: seed 5, 1 check violated');
    expect(html).toContain('<h4>money is conserved</h4><pre>1 cent\n2 cents</pre>');
    expect(html).toContain('npm run chaos -- --seed 5 --minutes 1');
    expect(html).toContain('violated 2 times');
  });

  it('shows a hundred violations of a check and counts the others', () => {
    const found = Array.from({ length: 120 }, (_, index) => `violation ${index};`);
    const html = page(held(4, { violations: { 'money is conserved': found } }));
    expect(html).toContain('violation 99;');
    expect(html).not.toContain('violation 100;');
    expect(html).toContain('and 20 more');
  });

  it('has the last lines of a run without a report', () =>
    expect(page({ seed: 4, failure: 'The run ended.\nno port' })).toContain(
      '<pre>The run ended.\nno port</pre>',
    ));

  it('escapes all text of reports and failures', () => {
    const hostile = `</pre><script>alert("x")</script>&'`;
    const report = sampleReport(4, 60);
    const html = page(
      held(4, {
        violations: { [hostile]: [hostile] },
        links: [{ ...report.links[0]!, kind: hostile }],
        timeline: {
          ...report.timeline,
          disruptions: [{ atMs: 0, kind: 'kill', target: hostile, forMs: 0 }],
        },
      }),
      { seed: 5, failure: hostile },
    );
    expect(html).not.toContain('<script');
    expect(html).not.toContain('alert("x")');
    expect(html.split('&lt;/pre&gt;&lt;script&gt;alert(&quot;x&quot;)')).toHaveLength(7);
  });

  it('loads nothing from elsewhere', () =>
    expect(page(held(4), held(5))).not.toMatch(/https?:|src=|<link|<script|url\(|@import/));

  it('sums the faults of all seeds and names those that never occurred', () => {
    const disruptions = [
      { atMs: 0, kind: 'kill', target: 'accounts-dapr', forMs: 0, recoveredMs: 500 },
      { atMs: 9, kind: 'kill', target: 'accounts-dapr', forMs: 0 },
      { atMs: 9, kind: 'partition', target: 'a→b', forMs: 9, recoveredMs: 20 },
      { atMs: 9, kind: 'reset', target: 'a→b', forMs: 0 },
      { atMs: 9, kind: 'pause', target: 'a', forMs: 9 },
    ] as const;
    const timeline = { ...sampleReport(4, 60).timeline, disruptions };
    const html = page(held(4, { timeline }), held(5, { timeline }));
    expect(rowOf(html, 'kill of sidecar')).toContain('<td>4</td><td>500 ms</td><td>500 ms</td><td>2</td>');
    expect(rowOf(html, 'partition')).toContain('<td>2</td><td>20 ms</td><td>20 ms</td><td>0</td>');
    expect(rowOf(html, 'reset')).toContain('<td>2</td><td>–</td><td>–</td><td>2</td>');
    expect(rowOf(html, 'pause')).toContain('<td>2</td><td>–</td><td>–</td><td>–</td>');
    expect(rowOf(html, 'isolation')).toContain('never');
    expect(rowOf(html, 'service→postgres')).toContain('<td>18</td><td>16</td><td>163,840</td>');
    expect(rowOf(html, 'worker→temporal')).toContain('<td>4</td><td><strong class="bad">never</strong></td>');
  });

  it('draws a mark for each disruption and a bounded path for commands, however long the run', () => {
    const report = sampleReport(4, 3_600);
    const html = page({ seed: 4, report });
    expect(report.timeline.disruptions.length).toBeGreaterThan(100);
    expect(html.split('class="mark"')).toHaveLength(report.timeline.disruptions.length + 1);
    expect(/class="accepted" d="([^"]*)"/.exec(html)![1]!.length).toBeLessThan(20_000);
    expect(html).not.toContain('NaN');
  });

  it('draws a run that ended at once', () => {
    const timeline = { commands: [], rejected: [], unknown: [], disruptions: [] };
    expect(page(held(4, { timeline }))).not.toMatch(/NaN|undefined/);
  });
});
