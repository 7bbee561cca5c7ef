import { join } from 'node:path';
import { projectRoot } from '../../root';
import { helm, render } from '../helm';
import { podOf } from '../policies';

export type ReleaseOptions = Readonly<{
  namespace: string;
  /** Values files in addition to those of the charts. */
  values: readonly string[];
  backingValues: readonly string[];
}>;

const TIMEOUT = '15m';
const chart = (name: string): string => join(projectRoot, 'charts', name);
const productionValues = join(chart('bankside'), 'values-production.yaml');

/** The two releases of a namespace: the backing services, and Bankside. */
export const releaseIn = ({ namespace, values, backingValues }: ReleaseOptions) => {
  const own = ['--namespace', namespace];
  const files = (all: readonly string[]): string[] => all.map((file) => `--values=${file}`);
  const upgrade = (name: string, ...more: readonly string[]) =>
    helm(
      'upgrade',
      '--install',
      name,
      chart(name),
      ...own,
      '--create-namespace',
      '--wait',
      `--timeout=${TIMEOUT}`,
      ...more,
    );
  return {
    installBacking: (...set: readonly string[]) =>
      upgrade(
        'backing',
        '--wait-for-jobs',
        ...files([join(chart('bankside'), 'values.yaml'), ...backingValues]),
        ...set.map((one) => `--set=${one}`),
      ),
    installProduction: (...set: readonly string[]) =>
      upgrade('bankside', ...files([productionValues, ...values]), ...set.map((one) => `--set=${one}`)),
    /** Installs, or upgrades to exactly these settings. */
    install: (...set: readonly string[]) =>
      upgrade(
        'bankside',
        ...files([join(chart('bankside'), 'values-development.yaml'), ...values]),
        '--set=dapr.moreApis={shutdown}', // Stops a sidecar in the step `disrupt`.
        ...set.map((one) => `--set=${one}`),
      ),
    rollback: (revision: number) =>
      helm('rollback', 'bankside', String(revision), ...own, '--wait', `--timeout=${TIMEOUT}`),
    test: () => helm('test', 'bankside', ...own, '--timeout=3m'),
    uninstall: async () => {
      for (const name of ['bankside', 'backing'])
        await helm('uninstall', name, ...own, '--wait', '--ignore-not-found', `--timeout=${TIMEOUT}`);
    },
  };
};

/** The image of the gateway with the values of production. */
export const gatewayImage = async ({ namespace, values }: ReleaseOptions): Promise<string> => {
  const valuesFiles = [productionValues, ...values];
  const manifests = await render({ chart: chart('bankside'), namespace, valuesFiles });
  const gateway = manifests.find(
    ({ kind, metadata }) => kind === 'Deployment' && metadata.name === 'gateway',
  );
  return podOf(gateway!)!.containers[0]!.image!;
};

export type Release = ReturnType<typeof releaseIn>;
