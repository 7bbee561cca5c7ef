import { withRegion } from './generated-region';

const artifact = (service: string): string =>
  `- { image: bankside/${service}, docker: { buildArgs: { SERVICE: ${service} } } }`;

/** Which image the chart is given: the name of a variable may not have the signs that the name of an image has. */
const image = (service: string): string =>
  `services.${service}.image: '{{.IMAGE_FULLY_QUALIFIED_bankside_${service.replaceAll('-', '_')}}}'`;

/** The first has its sync in the file, as an anchor for the others. */
const fromSources = (at: number): readonly string[] => [
  `- { op: add, path: /build/artifacts/${at}/docker/target, value: dev }`,
  ...(at === 0 ? [] : [`- { op: add, path: /build/artifacts/${at}/sync, value: *sources }`]),
];

/** `skaffold.yaml` with what it says of each service made anew: its image, who is given it, and how it is synced. */
export const withServices = (skaffold: string, services: readonly string[]): string => {
  const artifacts = withRegion(skaffold, 'artifacts', services.map(artifact));
  const images = withRegion(artifacts, 'images', services.map(image));
  return withRegion(
    images,
    'sources',
    services.flatMap((_, at) => fromSources(at)),
  );
};
