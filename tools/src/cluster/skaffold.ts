import { withRegion } from './generated-region';

const artifact = (service: string): string =>
  `- { image: bankside/${service}, docker: { buildArgs: { SERVICE: ${service} } } }`;

const SYNCED = ['packages/**/*.ts', 'services/**/*.ts', 'services/console/src/page/**', 'workflows/**/*.ts'];

/** Runs from the sources; the first artifact declares what is synced, the others refer to it. */
const devArtifact = (service: string, index: number): readonly string[] => [
  `- image: bankside/${service}`,
  `  docker: { target: dev, buildArgs: { SERVICE: ${service} } }`,
  ...(index === 0
    ? ['  sync: &sources', '    manual:', ...SYNCED.map((src) => `      - { src: '${src}', dest: . }`)]
    : ['  sync: *sources']),
];

/** The image of a service as a chart value. Skaffold's variable has underscores where the image name has other signs. */
const image = (service: string): string =>
  `services.${service}.image: '{{.IMAGE_FULLY_QUALIFIED_bankside_${service.replaceAll('-', '_')}}}'`;

/** `skaffold.yaml` with its generated regions rewritten for these services. */
export const withServices = (skaffold: string, services: readonly string[]): string => {
  const artifacts = withRegion(skaffold, 'artifacts', services.map(artifact));
  const images = withRegion(artifacts, 'images', services.map(image));
  return withRegion(images, 'dev-artifacts', services.flatMap(devArtifact));
};
