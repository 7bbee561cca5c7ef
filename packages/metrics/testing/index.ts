import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { alertRules, prometheusRules, type AlertName, type AlertRule } from '../src/observability';
import { firing, type Scrape } from './evaluate';
import { parseSamples, type Sample } from './samples';

export { parseSamples };

/** Returns what a process serves at `/metrics`. Rejects if it serves nothing. */
export type Target = () => Promise<string>;

/** The time that passes between two scrapes, by the clock of the rules. The test itself does not wait. */
const INTERVAL_SECONDS = 30;
/** Enough for the longest `for` and window of a rule. */
const MAX_SCRAPES = 40;
const QUIET_SCRAPES = 3;

const scrapeAll = async (targets: Readonly<Record<string, Target>>): Promise<readonly Sample[]> => {
  const read = async ([service, target]: readonly [string, Target]): Promise<readonly Sample[]> => {
    const labels = { job: 'bankside', instance: service, service };
    try {
      return [...parseSamples(await target()), { name: 'up', labels, value: 1 }];
    } catch {
      return [{ name: 'up', labels, value: 0 }];
    }
  };
  return (await Promise.all(Object.entries(targets).map(read))).flat();
};

/** The url of a process as a target. */
export const targetAt =
  (url: string): Target =>
  async () => {
    const response = await fetch(url, { signal: AbortSignal.timeout(2_000) });
    if (!response.ok) throw new Error(`${url}: ${response.status}`);
    return response.text();
  };

const hasPromtool = (): boolean => spawnSync('promtool', ['--version']).error === undefined;

const seriesName = ({ name, labels }: Sample): string =>
  `${name}{${Object.entries(labels)
    .map(([label, value]) => `${label}=${JSON.stringify(value)}`)
    .join(', ')}}`;

/** The values of each series in all scrapes; `_` where it was absent. */
const inputSeries = (history: readonly Scrape[]): readonly object[] => {
  const rows = new Map<string, string[]>();
  for (const [index, { samples }] of history.entries())
    for (const sample of samples) {
      const name = seriesName(sample);
      const values = rows.get(name) ?? Array.from({ length: history.length }, () => '_');
      values[index] = String(sample.value).replace('Infinity', 'Inf');
      rows.set(name, values);
    }
  return [...rows].map(([series, values]) => ({ series, values: values.join(' ') }));
};

/** Checks with Prometheus' own tool that the rendered rule fires on the same samples. @throws Error if it does not */
const confirm = (alert: AlertName, history: readonly Scrape[]): void => {
  const folder = mkdtempSync(join(tmpdir(), 'bankside-rules-'));
  try {
    const names = new Set(
      JSON.stringify(prometheusRules().groups[0]!.rules.find((one) => one.alert === alert)!.expr).match(
        /\w+/g,
      ),
    );
    const relevant = history.map(({ at, samples }) => ({
      at,
      samples: samples.filter(({ name }) => names.has(name)),
    }));
    writeFileSync(join(folder, 'rules.yaml'), JSON.stringify(prometheusRules()));
    writeFileSync(
      join(folder, 'test.yaml'),
      JSON.stringify({
        rule_files: ['rules.yaml'],
        evaluation_interval: `${INTERVAL_SECONDS}s`,
        tests: [
          {
            interval: `${INTERVAL_SECONDS}s`,
            input_series: inputSeries(relevant),
            promql_expr_test: [
              {
                expr: `count(ALERTS{alertname="${alert}", alertstate="firing"}) > bool 0`,
                eval_time: `${(history.length - 1) * INTERVAL_SECONDS}s`,
                exp_samples: [{ labels: '{}', value: 1 }],
              },
            ],
          },
        ],
      }),
    );
    execFileSync('promtool', ['test', 'rules', 'test.yaml'], { cwd: folder, stdio: 'pipe' });
  } catch (error) {
    const { stdout = '', stderr = '' } = error as Readonly<{ stdout?: unknown; stderr?: unknown }>;
    throw new Error(`Prometheus does not raise ${alert}: ${String(stdout)}${String(stderr)}`, {
      cause: error,
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
};

/**
 * Watches one alert on real processes. Each scrape counts as thirty seconds for the rule, so that a test waits for the fault and
 * not for the rule. Where `promtool` is installed, it evaluates the rule on the same samples.
 */
export const alertWatch = (alert: AlertName, targets: Readonly<Record<string, Target>>) => {
  const history: Scrape[] = [];
  const rule: AlertRule = alertRules[alert];

  const scrape = async (): Promise<readonly Sample['labels'][]> => {
    history.push({ at: history.length * INTERVAL_SECONDS, samples: await scrapeAll(targets) });
    return firing(rule, history);
  };

  return {
    /** @throws Error if the alert fires already */
    assertQuiet: async (): Promise<void> => {
      for (let scrapes = 0; scrapes < QUIET_SCRAPES; scrapes += 1) {
        const fired = await scrape();
        if (fired.length > 0) throw new Error(`${alert} fires before the fault: ${JSON.stringify(fired)}`);
      }
    },
    /**
     * Scrapes until the alert fires; `between` runs before each scrape, for instance to make a request that fails.
     * @returns the labels for which it fires @throws Error if it does not
     */
    raised: async (
      between: () => Promise<unknown> = async () => undefined,
    ): Promise<readonly Sample['labels'][]> => {
      for (let scrapes = 0; scrapes < MAX_SCRAPES; scrapes += 1) {
        await between();
        const fired = await scrape();
        if (fired.length === 0) continue;
        if (hasPromtool()) confirm(alert, history);
        return fired;
      }
      throw new Error(`${alert} does not fire within ${MAX_SCRAPES} scrapes`);
    },
  };
};
