import { createServer, type AddressInfo } from 'node:net';
import { metricTable } from '@bankside/metrics/table';
import type { MetricsExporterConfig } from '@temporalio/worker';

const HOST = '127.0.0.1';
const TIMEOUT_MS = 2_000;

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, HOST, () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });

/**
 * The metrics of Temporal's SDK, and those of sagas, which workflows record through it. Its native core serves them on a
 * loopback port of its own; `/metrics` of the worker includes them.
 */
export const sdkMetrics = async () => {
  const bindAddress = `${HOST}:${await freePort()}`;
  const exporter: MetricsExporterConfig = {
    prometheus: {
      bindAddress,
      countersTotalSuffix: true,
      unitSuffix: true,
      useSecondsForDurations: true,
      histogramBucketOverrides: {
        saga_duration_seconds: [...metricTable.saga_duration_seconds.buckets],
      },
    },
    globalTags: { service: 'worker' },
  };
  return {
    exporter,
    /** In Prometheus' text format. */
    read: async (): Promise<string> =>
      (await fetch(`http://${bindAddress}/metrics`, { signal: AbortSignal.timeout(TIMEOUT_MS) })).text(),
  };
};
