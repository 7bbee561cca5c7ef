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

type Rule<T> = Readonly<{ says: string; keeps: (subject: T) => boolean }>;

/** An image that says what runs: a tag other than latest, or a digest. */
const isPinned = (image = ''): boolean =>
  image.includes('@sha256:') || (/:[^/:]+$/.test(image) && !image.endsWith(':latest'));

const containerRules: readonly Rule<Container>[] = [
  { says: 'names a version of its image', keeps: ({ image }) => isPinned(image) },
  { says: 'has a memory limit', keeps: ({ resources }) => resources?.limits?.memory !== undefined },
  { says: 'requests memory', keeps: ({ resources }) => resources?.requests?.memory !== undefined },
  { says: 'requests CPU', keeps: ({ resources }) => resources?.requests?.cpu !== undefined },
  { says: 'gains no privileges', keeps: ({ securityContext: s }) => s?.allowPrivilegeEscalation === false },
  {
    says: 'cannot write to its image',
    keeps: ({ securityContext: s }) => s?.readOnlyRootFilesystem === true,
  },
  { says: 'is not privileged', keeps: ({ securityContext: s }) => s?.privileged !== true },
  {
    says: 'drops all capabilities',
    keeps: ({ securityContext: s }) => s?.capabilities?.drop?.includes('ALL') === true,
  },
];

const podRules: readonly Rule<PodSpec>[] = [
  { says: 'runs as another user than root', keeps: (pod) => pod.securityContext?.runAsNonRoot === true },
  {
    says: 'has the default seccomp profile',
    keeps: (pod) => pod.securityContext?.seccompProfile?.type === 'RuntimeDefault',
  },
  { says: 'has no token for the API', keeps: (pod) => pod.automountServiceAccountToken === false },
  { says: 'stays in its own namespaces', keeps: (pod) => !pod.hostNetwork && !pod.hostPID },
  {
    says: 'mounts nothing of its node',
    keeps: (pod) => !(pod.volumes ?? []).some((volume) => 'hostPath' in volume),
  },
  {
    says: 'lets no container run as root',
    keeps: (pod) =>
      [...pod.containers, ...(pod.initContainers ?? [])].every(
        (one) => one.securityContext?.runAsNonRoot !== false,
      ),
  },
];

const servingRules: readonly Rule<Container>[] = [
  { says: 'has a readiness probe', keeps: ({ readinessProbe }) => readinessProbe !== undefined },
  { says: 'has a liveness probe', keeps: ({ livenessProbe }) => livenessProbe !== undefined },
];

const broken = <T>(rules: readonly Rule<T>[], subject: T): readonly string[] =>
  rules.filter(({ keeps }) => !keeps(subject)).map(({ says }) => says);

/** Which of the rules that every pod keeps this object breaks. */
export const policyProblems = (manifest: Manifest): readonly string[] => {
  const pod = podOf(manifest);
  if (!pod) return [];
  const serves = manifest.kind === 'Deployment' || manifest.kind === 'StatefulSet';
  const problems = [
    ...broken(podRules, pod),
    ...[...pod.containers, ...(pod.initContainers ?? [])].flatMap((one) =>
      broken(containerRules, one).map((says) => `${one.name} ${says}`),
    ),
    ...(serves
      ? pod.containers.flatMap((one) => broken(servingRules, one).map((says) => `${one.name} ${says}`))
      : []),
  ];
  return problems.map((says) => `${idOf(manifest)} breaks the rule: ${says}`);
};

type Labels = Readonly<Record<string, string>>;
const selects = (selector: Labels | undefined, labels: Labels): boolean =>
  Object.entries(selector ?? {}).every(([key, value]) => labels[key] === value);

/** Pods of which no network policy says what may come in and what may go out. */
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
