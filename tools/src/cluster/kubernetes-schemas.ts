import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { parseAllDocuments } from 'yaml';
import { messageOf, PreflightError } from '../errors';
import { withFileLock } from '../supervision/file-lock';
import { cacheFolder } from '../toolchain/binary';

const run = promisify(execFile);
const OUTPUT_BYTES = 1024 * 1024;

/**
 * Go modules that contain the schemas. Nothing of them is built. These are the originals, verified by Go's checksums; kubeconform
 * reads conversions that a third party hosts, and would be one more program to build.
 */
const KUBERNETES = 'k8s.io/kubernetes@v1.34.4';
const DAPR = 'github.com/dapr/dapr@v1.18.1';
const GATEWAY_API = 'sigs.k8s.io/gateway-api@v1.4.1';
const PROMETHEUS_OPERATOR = 'github.com/prometheus-operator/prometheus-operator@v0.85.0';
const KEDA = 'github.com/kedacore/keda/v2@v2.21.0';

const MODULES = [KUBERNETES, DAPR, GATEWAY_API, PROMETHEUS_OPERATOR, KEDA];

export type Schema = Readonly<Record<string, unknown>>;

export type KubernetesSchemas = Readonly<{
  /** Name of the definition of each built-in kind: `apps/v1/Deployment`. */
  kinds: Readonly<Record<string, string>>;
  definitions: Readonly<Record<string, Schema>>;
  /** Schemas of custom resources by kind: `dapr.io/v1alpha1/Component`. */
  custom: Readonly<Record<string, Schema>>;
}>;

type GroupVersionKind = Readonly<{ group: string; version: string; kind: string }>;
type CustomResourceDefinition = Readonly<{
  kind: string;
  spec: Readonly<{
    group: string;
    names: Readonly<{ kind: string }>;
    versions: readonly Readonly<{ name: string; schema: Readonly<{ openAPIV3Schema: Schema }> }>[];
  }>;
}>;

/** The folder of a module in Go's module cache, downloaded when it is not there. Go verifies its checksum. */
const moduleFolder = async (module: string): Promise<string> => {
  try {
    const { stdout } = await run('go', ['mod', 'download', '-json', module], {
      cwd: dirname(cacheFolder()),
      env: { ...process.env, GO111MODULE: 'on', GOFLAGS: '-mod=mod' },
      maxBuffer: OUTPUT_BYTES,
    });
    return (JSON.parse(stdout) as { Dir: string }).Dir;
  } catch (error) {
    throw new PreflightError(
      `The Kubernetes schemas for the chart tests are in the Go module ${module}, which could not be downloaded: ${messageOf(error)}`,
    );
  }
};

const builtIn = (swagger: string): Pick<KubernetesSchemas, 'kinds' | 'definitions'> => {
  const { definitions } = JSON.parse(swagger) as {
    definitions: Record<string, Schema & { 'x-kubernetes-group-version-kind'?: readonly GroupVersionKind[] }>;
  };
  const kinds = Object.entries(definitions).flatMap(([name, definition]) =>
    (definition['x-kubernetes-group-version-kind'] ?? []).map(({ group, version, kind }) => [
      [group, version, kind].filter(Boolean).join('/'),
      name,
    ]),
  );
  return { kinds: Object.fromEntries(kinds) as Record<string, string>, definitions };
};

const customIn = (folder: string): readonly (readonly [string, Schema])[] =>
  readdirSync(folder)
    .filter((file) => file.endsWith('.yaml'))
    .flatMap((file) => parseAllDocuments(readFileSync(join(folder, file), 'utf8')))
    .map((document) => document.toJS() as CustomResourceDefinition | null)
    .filter((resource) => resource?.kind === 'CustomResourceDefinition')
    .flatMap((resource) => {
      const { group, names, versions } = resource!.spec;
      return versions.map(
        ({ name, schema }) => [`${group}/${name}/${names.kind}`, schema.openAPIV3Schema] as const,
      );
    });

const readModules = async (): Promise<KubernetesSchemas> => {
  const kubernetes = await moduleFolder(KUBERNETES);
  const dapr = await moduleFolder(DAPR);
  const gatewayApi = await moduleFolder(GATEWAY_API);
  const prometheus = await moduleFolder(PROMETHEUS_OPERATOR);
  const keda = await moduleFolder(KEDA);
  return {
    ...builtIn(readFileSync(join(kubernetes, 'api', 'openapi-spec', 'swagger.json'), 'utf8')),
    custom: Object.fromEntries([
      ...customIn(join(dapr, 'charts', 'dapr', 'crds')),
      ...customIn(join(gatewayApi, 'config', 'crd', 'standard')),
      ...customIn(join(prometheus, 'example', 'prometheus-operator-crd')),
      ...customIn(join(keda, 'config', 'crd', 'bases')),
    ]),
  };
};

/** A cached file with the schemas of these module versions; the first call on a machine needs Go and the network. */
const schemasFile = async (): Promise<string> => {
  const key = createHash('sha256').update(MODULES.join(' ')).digest('hex').slice(0, 16);
  const file = join(cacheFolder(), `kubernetes-schemas-${key}.json`);
  if (existsSync(file)) return file;
  mkdirSync(cacheFolder(), { recursive: true });
  return withFileLock(`${file}.lock`, async () => {
    if (existsSync(file)) return file;
    process.stderr.write('Downloading the Kubernetes schemas (once, 25 MB)\n');
    writeFileSync(`${file}.tmp`, JSON.stringify(await readModules()));
    renameSync(`${file}.tmp`, file);
    return file;
  });
};

/** The schemas of Kubernetes, Dapr, the Gateway API, the Prometheus operator and KEDA. @throws PreflightError when they cannot be downloaded */
export const kubernetesSchemas = async (): Promise<KubernetesSchemas> =>
  JSON.parse(readFileSync(await schemasFile(), 'utf8')) as KubernetesSchemas;
