import { withRegion } from './generated-region';

const artifact = (service: string): string =>
  `- { image: bankside/${service}, docker: { buildArgs: { SERVICE: ${service} } } }`;

/** Built without a Docker daemon. */
const daemonless = (service: string): readonly string[] => [
  `- image: bankside/${service}`,
  '  custom:',
  `    buildCommand: node tools/build-image.mjs --build-arg SERVICE=${service}`,
  '    dependencies: *context',
];

/** The image of a service as a chart value. Skaffold's variable has underscores where the image name has other signs. */
const image = (service: string): string =>
  `services.${service}.image: '{{.IMAGE_FULLY_QUALIFIED_bankside_${service.replaceAll('-', '_')}}}'`;

/** `skaffold.yaml` with its generated regions rewritten for these services. */
export const withServices = (skaffold: string, services: readonly string[]): string => {
  const artifacts = withRegion(skaffold, 'artifacts', services.map(artifact));
  const images = withRegion(artifacts, 'images', services.map(image));
  return withRegion(images, 'daemonless-artifacts', services.flatMap(daemonless));
};
