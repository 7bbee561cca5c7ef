import { idOf, type Manifest } from './manifest';

type Container = Readonly<{
  name: string;
  image?: string;
  resources?: { limits?: { memory?: string }; requests?: { cpu?: string; memory?: string } };
  securityContext?: {
    allowPrivilegeEscalation?: boolean;
    readOnlyRootFilesystem?: boolean;
    privileged?: boolean;
    runAsNonRoot?: boolean;
    capabilities?: { drop?: readonly string[]; add?: readonly string[] };
  };
  readinessProbe?: object;
  livenessProbe?: object;
}>;

type PodSpec = Readonly<{
  automountServiceAccountToken?: boolean;
  hostNetwork?: boolean;
  hostPID?: boolean;
  securityContext?: { runAsNonRoot?: boolean; seccompProfile?: { type?: string } };
  containers: readonly Container[];
  initContainers?: readonly Container[];
  volumes?: readonly Readonly<Record<string, unknown>>[];
}>;

export const podOf = ({ kind, spec }: Manifest): PodSpec | undefined => {
  if (kind === 'Pod') return spec as unknown as PodSpec;
  return (spec?.['template'] as { spec?: PodSpec } | undefined)?.spec;
};

type Rule<T> = Readonly<{ rule: string; keeps: (subject: T) => boolean }>;

/** An image with a tag other than `latest`, or a digest. */
const isPinned = (image = ''): boolean =>
  image.includes('@sha256:') || (/:[^/:]+$/.test(image) && !image.endsWith(':latest'));

const containerRules: readonly Rule<Container>[] = [
  { rule: 'names a version of its image', keeps: ({ image }) => isPinned(image) },
  { rule: 'has a memory limit', keeps: ({ resources }) => resources?.limits?.memory !== undefined },
  { rule: 'requests memory', keeps: ({ resources }) => resources?.requests?.memory !== undefined },
  { rule: 'requests CPU', keeps: ({ resources }) => resources?.requests?.cpu !== undefined },
  { rule: 'gains no privileges', keeps: ({ securityContext: s }) => s?.allowPrivilegeEscalation === false },
  {
    rule: 'cannot write to its image',
    keeps: ({ securityContext: s }) => s?.readOnlyRootFilesystem === true,
  },
  { rule: 'is not privileged', keeps: ({ securityContext: s }) => s?.privileged !== true },
  {
    rule: 'drops all capabilities',
    keeps: ({ securityContext: s }) => s?.capabilities?.drop?.includes('ALL') === true,
  },
];

const podRules: readonly Rule<PodSpec>[] = [
  { rule: 'runs as another user than root', keeps: (pod) => pod.securityContext?.runAsNonRoot === true },
  {
    rule: 'has the default seccomp profile',
    keeps: (pod) => pod.securityContext?.seccompProfile?.type === 'RuntimeDefault',
  },
  { rule: 'has no token for the API', keeps: (pod) => pod.automountServiceAccountToken === false },
  { rule: 'stays in its own namespaces', keeps: (pod) => !pod.hostNetwork && !pod.hostPID },
  {
    rule: 'mounts nothing of its node',
    keeps: (pod) => !(pod.volumes ?? []).some((volume) => 'hostPath' in volume),
  },
  {
    rule: 'lets no container run as root',
    keeps: (pod) =>
      [...pod.containers, ...(pod.initContainers ?? [])].every(
        (one) => one.securityContext?.runAsNonRoot !== false,
      ),
  },
];

const servingRules: readonly Rule<Container>[] = [
  { rule: 'has a readiness probe', keeps: ({ readinessProbe }) => readinessProbe !== undefined },
  { rule: 'has a liveness probe', keeps: ({ livenessProbe }) => livenessProbe !== undefined },
];

const broken = <T>(rules: readonly Rule<T>[], subject: T): readonly string[] =>
  rules.filter(({ keeps }) => !keeps(subject)).map(({ rule }) => rule);

/** The pod policies that this object violates. */
export const policyProblems = (manifest: Manifest): readonly string[] => {
  const pod = podOf(manifest);
  if (!pod) return [];
  const serves = manifest.kind === 'Deployment' || manifest.kind === 'StatefulSet';
  const problems = [
    ...broken(podRules, pod),
    ...[...pod.containers, ...(pod.initContainers ?? [])].flatMap((one) =>
      broken(containerRules, one).map((rule) => `${one.name} ${rule}`),
    ),
    ...(serves
      ? pod.containers.flatMap((one) => broken(servingRules, one).map((rule) => `${one.name} ${rule}`))
      : []),
  ];
  return problems.map((rule) => `${idOf(manifest)} breaks the rule: ${rule}`);
};

type Labels = Readonly<Record<string, string>>;
const selects = (selector: Labels | undefined, labels: Labels): boolean =>
  Object.entries(selector ?? {}).every(([key, value]) => labels[key] === value);

/** Pods without a network policy for ingress, or without one for egress. */
export const unguarded = (manifests: readonly Manifest[]): readonly string[] => {
  const policies = manifests
    .filter(({ kind }) => kind === 'NetworkPolicy')
    .map(({ spec }) => spec as { podSelector: { matchLabels?: Labels }; policyTypes?: readonly string[] });
  const guards = (labels: Labels, type: string): boolean =>
    policies.some(
      ({ podSelector, policyTypes }) =>
        policyTypes?.includes(type) && selects(podSelector.matchLabels, labels),
    );
  return manifests
    .filter(({ kind }) => kind === 'Deployment' || kind === 'StatefulSet')
    .filter(({ spec }) => {
      const { labels = {} } = (spec as { template: { metadata: { labels?: Labels } } }).template.metadata;
      return !guards(labels, 'Ingress') || !guards(labels, 'Egress');
    })
    .map(idOf);
};
