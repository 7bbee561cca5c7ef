import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { prometheusRules } from '@bankside/metrics/observability';
import { stringify } from 'yaml';
import { PreflightError } from '../errors';
import { projectRoot } from '../root';
import { httpAnswers } from '../supervision/probes';
import { restartOnExit, type ManagedProcess, type OnProcessEvent } from '../supervision/restart-on-exit';

const COMMAND = 'prometheus';

type PrometheusOptions = Readonly<{
  folder: string;
  logFolder: string;
  port: number;
  /** The URL of `/metrics` by service. */
  targets: Readonly<Record<string, string>>;
  onEvent?: OnProcessEvent;
}>;

/** @throws PreflightError if Prometheus is not installed */
export const requirePrometheus = (): void => {
  if (spawnSync(COMMAND, ['--version']).error === undefined) return;
  throw new PreflightError(
    'npm start -- --observe needs the program prometheus on PATH: install it from your distribution (Debian: apt install prometheus; macOS: brew install prometheus) or from https://prometheus.io/download.',
  );
};

/** The samples name their service themselves, and a target that is down is known by the label of its target. */
const configuration = (targets: PrometheusOptions['targets']): object => ({
  global: { scrape_interval: '5s', evaluation_interval: '5s' },
  rule_files: ['rules.yaml'],
  scrape_configs: [
    {
      job_name: 'bankside',
      honor_labels: true,
      static_configs: Object.entries(targets).map(([service, url]) => ({
        targets: [new URL(url).host],
        labels: { service },
      })),
    },
  ],
});

/** Runs Prometheus with the alert rules on the processes of this machine. It keeps its data for a day. */
export const startPrometheus = ({
  folder,
  logFolder,
  port,
  targets,
  onEvent,
}: PrometheusOptions): Promise<ManagedProcess> => {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'prometheus.yaml'), stringify(configuration(targets)));
  writeFileSync(
    join(folder, 'rules.yaml'),
    stringify(prometheusRules(join(projectRoot, 'docs', 'runbooks'))),
  );
  return restartOnExit(
    {
      name: COMMAND,
      command: {
        command: COMMAND,
        cwd: folder,
        args: [
          '--config.file=prometheus.yaml',
          '--storage.tsdb.path=data',
          '--storage.tsdb.retention.time=1d',
          `--web.listen-address=127.0.0.1:${port}`,
        ],
      },
      logFile: join(logFolder, 'prometheus.log'),
      ready: httpAnswers(`http://127.0.0.1:${port}/-/ready`),
    },
    onEvent,
  );
};
