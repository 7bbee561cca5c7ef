// Makes kubernetes.json and custom.json anew, when the charts use another kind or a newer version:
//   node update.mjs <kubernetes>/api/openapi-spec/swagger.json <dapr>/charts/dapr/crds <gateway-api>/config/crd/standard
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';

const KINDS = [
  'v1/ConfigMap v1/Namespace v1/PersistentVolumeClaim v1/Pod v1/Secret v1/Service v1/ServiceAccount',
  'apps/v1/Deployment apps/v1/StatefulSet autoscaling/v2/HorizontalPodAutoscaler batch/v1/Job',
  'networking.k8s.io/v1/Ingress networking.k8s.io/v1/NetworkPolicy policy/v1/PodDisruptionBudget',
].flatMap((line) => line.split(' '));

const [swaggerFile, ...crdFolders] = process.argv.slice(2);
const { definitions } = JSON.parse(readFileSync(swaggerFile, 'utf8'));

/** Without texts: they are most of it, and no check needs them. */
const bare = (value) => {
  if (Array.isArray(value)) return value.map(bare);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key, inner]) => !(key === 'description' && typeof inner === 'string'))
      .map(([key, inner]) => [key, bare(inner)]),
  );
};

const reached = {};
const reach = (name) => {
  if (reached[name]) return;
  reached[name] = bare(definitions[name]);
  for (const [, next] of JSON.stringify(reached[name]).matchAll(/"#\/definitions\/([^"]+)"/g)) reach(next);
};

const kinds = {};
for (const [name, definition] of Object.entries(definitions)) {
  for (const { group, version, kind } of definition['x-kubernetes-group-version-kind'] ?? []) {
    const id = [group, version, kind].filter(Boolean).join('/');
    if (!KINDS.includes(id)) continue;
    kinds[id] = name;
    reach(name);
  }
}

const custom = {};
for (const folder of crdFolders) {
  for (const file of readdirSync(folder).filter((one) => one.endsWith('.yaml'))) {
    for (const document of parseAllDocuments(readFileSync(join(folder, file), 'utf8'))) {
      const { kind, spec } = document.toJS() ?? {};
      if (kind !== 'CustomResourceDefinition') continue;
      if (spec.group.startsWith('gateway') && spec.names.kind !== 'HTTPRoute') continue;
      for (const { name, schema } of spec.versions)
        custom[`${spec.group}/${name}/${spec.names.kind}`] = bare(schema.openAPIV3Schema);
    }
  }
}

const write = (file, value) => writeFileSync(new URL(file, import.meta.url), `${JSON.stringify(value)}\n`);
write('kubernetes.json', { kinds, definitions: reached });
write('custom.json', custom);
