// Puts together what the image of one service holds: node image.mjs <service> <folder>
// Its bundle, the packages that the bundle leaves to node_modules with all that those need, and a list of it all (CycloneDX).
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const dist = join(root, 'dist');
const [service, folder] = process.argv.slice(2);

/** Only for bundling workflows, which was done at build time; the worker does not load them. */
const BUILD_ONLY = /^(@swc\/core|swc-loader|terser-webpack-plugin)$/;

const nameOf = (specifier) =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');

/** Packages that a bundle requires by name: Node's own modules do not resolve to a folder. */
const requiredBy = (bundle) => [
  ...new Set(
    [...readFileSync(bundle, 'utf8').matchAll(/\brequire\("(@temporalio\/[^"]+)"\)/g)].map(([, one]) =>
      nameOf(one),
    ),
  ),
];

const folderOf = (name, from) => {
  for (const place of createRequire(join(from, 'x.js')).resolve.paths(`${name}/package.json`)) {
    if (existsSync(join(place, name, 'package.json'))) return realpathSync(join(place, name));
  }
  return undefined;
};

const found = new Map();
const collect = (name, from) => {
  const at = BUILD_ONLY.test(name) ? undefined : folderOf(name, from);
  if (at === undefined || found.has(at)) return;
  const manifest = JSON.parse(readFileSync(join(at, 'package.json'), 'utf8'));
  found.set(at, manifest);
  const { dependencies = {}, peerDependencies = {}, peerDependenciesMeta: about = {} } = manifest;
  const peers = Object.keys(peerDependencies).filter((peer) => !about[peer]?.optional);
  for (const next of [...Object.keys(dependencies), ...peers]) collect(next, at);
};

/** Temporal's native core comes for five systems; the image is one of them. */
const NATIVE = { x64: 'x86_64-unknown-linux-gnu', arm64: 'aarch64-unknown-linux-gnu' }[process.arch];
const isWanted = (path) => {
  const [, target] = /core-bridge\/releases\/([^/]+)/.exec(path.split(sep).join('/')) ?? [];
  return (
    (target === undefined || target === NATIVE) &&
    !/\.(map|md|ts|flow)$|\/(test|tests|docs|example|examples)$/.test(path)
  );
};

mkdirSync(folder, { recursive: true });
for (const file of [`${service}.cjs`, ...(service === 'worker' ? ['workflow-bundle.cjs'] : [])])
  cpSync(join(dist, file), join(folder, file === `${service}.cjs` ? 'main.cjs' : file));
const migrates = existsSync(join(dist, `${service}-migrate.cjs`));
if (migrates) {
  cpSync(join(dist, `${service}-migrate.cjs`), join(folder, 'migrate.cjs'));
  cpSync(join(dist, 'migrations'), join(folder, 'migrations'), { recursive: true });
}
/** Files that a service hands out. */
const HANDED_OUT = { gateway: 'swagger-ui', console: 'console-page' }[service];
if (HANDED_OUT) cpSync(join(dist, HANDED_OUT), join(folder, HANDED_OUT), { recursive: true });

for (const name of requiredBy(join(dist, `${service}.cjs`))) collect(name, root);
// Every bundle could load it; only to read a master key from the secret store it does.
const { services } = parse(readFileSync(join(root, 'charts/bankside/values.yaml'), 'utf8'));
if (services[service]?.personalData) collect('@dapr/dapr', root);
for (const at of found.keys())
  cpSync(at, join(folder, relative(root, at)), {
    recursive: true,
    filter: (source) => isWanted(source) && !relative(at, source).split(sep).includes('node_modules'),
  });

/** Source maps of all that was bundled for the service: its program, and the page that it may hand out. */
const sourceMaps = () => [
  `${service}.cjs.map`,
  ...(migrates ? [`${service}-migrate.cjs.map`] : []),
  ...(HANDED_OUT ? readdirSync(join(dist, HANDED_OUT)).map((file) => join(HANDED_OUT, file)) : []).filter(
    (file) => file.endsWith('.js.map'),
  ),
];

/** Packages that the bundles contain, as their source maps tell. */
const bundled = () => {
  const sources = sourceMaps().flatMap((file) =>
    JSON.parse(readFileSync(join(dist, file), 'utf8')).sources.map((source) => join(dirname(file), source)),
  );
  const paths = sources.map((source) => /^.*node_modules\/((@[^/]+\/)?[^/]+)/.exec(source)?.[0]);
  // A package that is a bundle itself names sources that are not here.
  const files = [...new Set(paths.filter(Boolean))].map((path) => join(dist, path, 'package.json'));
  return files.filter((file) => existsSync(file)).map((file) => JSON.parse(readFileSync(file, 'utf8')));
};

const component = ({ name, version, license }) => ({
  type: 'library',
  name,
  version,
  purl: `pkg:npm/${name.replace('@', '%40')}@${version}`,
  ...(typeof license === 'string' && { licenses: [{ expression: license }] }),
});
const components = [...bundled(), ...found.values()].map(component);
components.sort((one, other) => (one.purl < other.purl ? -1 : 1));
const sbom = { bomFormat: 'CycloneDX', specVersion: '1.6', version: 1, components };
writeFileSync(join(folder, 'sbom.cdx.json'), `${JSON.stringify(sbom, undefined, 1)}\n`);
console.log(`${service}: ${found.size} packages, ${readdirSync(folder).join(', ')}`);
