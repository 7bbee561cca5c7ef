import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { alertRules } from '@bankside/metrics/observability';
import { freePort } from '../ports';
import { until } from '../supervision/until';
import { requirePrometheus, startPrometheus } from './prometheus';

const isInstalled = spawnSync('prometheus', ['--version']).error === undefined;

const scrapesAndLoads = async (): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), 'bankside-prometheus-'));
  const service = createServer((_req, res) => res.end('attention_open{service="worker"} 3\n'));
  await new Promise<void>((listening) => service.listen(0, '127.0.0.1', listening));
  const port = await freePort();
  const targets = { worker: `http://127.0.0.1:${(service.address() as AddressInfo).port}/metrics` };
  const prometheus = await startPrometheus({ folder, logFolder: folder, port, targets });
  try {
    const read = async (path: string) => {
      const response = await fetch(`http://127.0.0.1:${port}/api/v1/${path}`);
      return ((await response.json()) as Readonly<{ data: unknown }>).data;
    };
    const names = JSON.stringify(await read('rules'));
    for (const alert of Object.keys(alertRules)) expect(names).toContain(`"name":"${alert}"`);
    await until(
      async () =>
        expect(await read('query?query=attention_open')).toMatchObject({
          result: [{ metric: { job: 'bankside', service: 'worker' }, value: [expect.any(Number), '3'] }],
        }),
      { what: 'The first scrape', timeoutMs: 30_000 },
    );
  } finally {
    await prometheus.stop();
    service.close();
    rmSync(folder, { recursive: true });
  }
};

describe('Prometheus beside the system', () => {
  if (isInstalled)
    it('scrapes the services with their own labels, and loads every alert rule', async () => {
      await expect(scrapesAndLoads()).resolves.toBeUndefined();
    });
  else
    it('is named where it is missing', () => {
      expect(requirePrometheus).toThrow(/needs the program prometheus on PATH/);
    });
});
