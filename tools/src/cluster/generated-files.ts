import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../root';
import { allServices, type ServiceSpec } from '../system/services';
import { withRegion } from './generated-region';
import { renderedManifests } from './rendered-manifests';
import { withServices } from './skaffold';
import { withTable } from './values-table';

const read = (file: string): string => readFileSync(join(projectRoot, file), 'utf8');

const SECRETS = 'k8s/dev/secrets.sh';
const list = (name: string, services: readonly ServiceSpec[]): string =>
  `${name}=(${services.map((one) => one.name).join(' ')})`;

/** The script that creates the Secrets, for these services. */
const secretsFor = (services: readonly ServiceSpec[]): string =>
  withRegion(read(SECRETS), 'services', [
    list('services', services),
    list(
      'databases',
      services.filter(({ database }) => database),
    ),
    list(
      'called',
      services.filter(({ expose }) => !expose),
    ),
    list(
      'owners',
      services.filter(({ eventSourced }) => eventSourced),
    ),
  ]);

const readmeOf = (chart: string): readonly [string, string] => {
  const file = `charts/${chart}/README.md`;
  return [file, withTable(read(file), read(`charts/${chart}/values.yaml`))];
};

/** Every file that is generated from the charts, in whole or in part: its path in the project and its contents. */
export const generatedFiles = async (): Promise<ReadonlyMap<string, string>> => {
  const services = allServices();
  const names = services.map(({ name }) => name);
  const { files } = await renderedManifests();
  return new Map([
    ...Object.entries(files).map(([name, text]) => [`k8s/dev/${name}`, text] as const),
    [SECRETS, secretsFor(services)],
    ['skaffold.yaml', withServices(read('skaffold.yaml'), names)],
    readmeOf('bankside'),
    readmeOf('backing'),
  ]);
};
