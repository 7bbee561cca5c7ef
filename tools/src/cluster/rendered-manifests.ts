import { join } from 'node:path';
import { stringify } from 'yaml';
import { projectRoot } from '../root';
import { render } from './helm';
import type { Manifest } from './manifest';

const NAMESPACE = 'bankside';
const HEADER = '# What the chart renders for evaluation. Made by `npm run k8s`; a test keeps it equal.\n';

const toYaml = (manifests: readonly Manifest[]): string =>
  HEADER + manifests.map((one) => stringify(one, { lineWidth: 0 })).join('---\n');

/** What Helm alone needs or makes: its tests, and passwords, which no file may hold. */
const isRendered = ({ kind, metadata }: Manifest): boolean =>
  kind !== 'Secret' && metadata.annotations?.['helm.sh/hook'] === undefined;

const isSecret = ({ kind }: Manifest): boolean => kind === 'Secret';

const inNamespace = (manifest: Manifest): Manifest => ({
  ...manifest,
  metadata: { ...manifest.metadata, namespace: NAMESPACE },
});

/** The files of k8s/dev, by name, and the names of the Secrets that they refer to. */
export const renderedManifests = async () => {
  const chart = (name: string): string => join(projectRoot, 'charts', name);
  const valuesFiles = [join(chart('bankside'), 'values.yaml')];
  const bankside = await render({
    chart: chart('bankside'),
    namespace: NAMESPACE,
    valuesFiles: [join(chart('bankside'), 'values-development.yaml')],
  });
  const backing = await render({
    chart: chart('backing'),
    namespace: NAMESPACE,
    valuesFiles,
    set: ['secrets=new'],
  });
  return {
    files: {
      'bankside.yaml': toYaml(bankside.filter(isRendered).map(inNamespace)),
      'backing.yaml': toYaml(backing.filter(isRendered).map(inNamespace)),
    },
    secrets: backing.filter(isSecret).map(({ metadata }) => metadata.name),
  };
};
