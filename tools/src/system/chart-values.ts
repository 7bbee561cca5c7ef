import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { projectRoot } from '../root';

type Metadata = Readonly<Record<string, string>>;

/** Dapr settings that the chart and the local platform share: `dapr.settings` of the chart's values. */
type DaprSettings = Readonly<{
  maxBodySize: string;
  maxHeaderSize: string;
  initTimeout: string;
  stateStore: Metadata;
  redis: Metadata;
  kafka: Metadata;
  features: readonly Readonly<{ name: string; enabled: boolean }>[];
  metrics: Readonly<Record<string, unknown>>;
  retries: Readonly<Record<string, unknown>>;
}>;

type ChartValues = Readonly<{
  services: Readonly<Record<string, unknown>>;
  operationGroups: Readonly<Record<string, readonly string[]>>;
  dapr: Readonly<{ settings: DaprSettings; tracing: Readonly<{ samplingRate: string }> }>;
  database: Readonly<{ connections: number }>;
}>;

const file = join(projectRoot, 'charts', 'bankside', 'values.yaml');
let values: ChartValues | undefined;

/** The default values of the application chart. */
export const chartValues = (): ChartValues => (values ??= parse(readFileSync(file, 'utf8')) as ChartValues);
