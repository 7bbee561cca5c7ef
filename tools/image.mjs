// Assembles the contents of the images of all services: node image.mjs <folder>
// <folder>/<service> gets its bundle, the packages that the bundle leaves to node_modules with their dependencies, and an SBOM (CycloneDX) of
// both. The SBOM is ours because it states what the bundle contains: `npm sbom` lists the packages of all workspaces.
import { execFileSync, spawnSync } from 'node:child_process';
import {
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative, sep } from 'node:path';
import { parse } from 'yaml';
import { assetOf, dist, folderOf as workspaceOf, root } from './build.mjs';

const [target] = process.argv.slice(2);
const { services } = parse(readFileSync(join(root, 'charts/bankside/values.yaml'), 'utf8'));

/** Used only to bundle workflows, at build time; the worker does not load them. */
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

/** Adds a package and its dependencies to those found so far: their folders and manifests. */
const collect = (found, name, from) => {
  const at = BUILD_ONLY.test(name) ? undefined : folderOf(name, from);
  if (at === undefined || found.has(at)) return;
  const manifest = JSON.parse(readFileSync(join(at, 'package.json'), 'utf8'));
  found.set(at, manifest);
  const { dependencies = {}, peerDependencies = {}, peerDependenciesMeta: about = {} } = manifest;
  const peers = Object.keys(peerDependencies).filter((peer) => !about[peer]?.optional);
  for (const next of [...Object.keys(dependencies), ...peers]) collect(found, next, at);
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

const mapsIn = (name) =>
  statSync(join(dist, name)).isDirectory()
    ? readdirSync(join(dist, name))
        .filter((file) => file.endsWith('.js.map'))
        .map((file) => join(name, file))
    : [];

/** Packages that bundles contain, according to their source maps. */
const bundledIn = (sourceMaps) => {
  const sources = sourceMaps.flatMap((file) =>
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

/** Where an image has the programs, and who runs them: Node looks compiled code up by both. */
const APP = '/app';
const USER = 1000;

/** Loads the programs of a folder, which end because their configuration is missing, and keeps the compiled code. */
const compile = (folder) => {
  renameSync(folder, APP);
  const cache = join(APP, 'code-cache');
  mkdirSync(cache);
  chownSync(cache, USER, USER);
  for (const program of ['main.cjs', 'migrate.cjs'].filter((name) => existsSync(join(APP, name))))
    spawnSync(process.execPath, [join(APP, program)], {
      uid: USER,
      gid: USER,
      env: { NODE_ENV: 'production', NODE_COMPILE_CACHE: cache },
      stdio: 'ignore',
      timeout: 5_000,
    });
  execFileSync('chmod', ['-R', 'a+rX', cache]);
  renameSync(APP, folder);
};

const assemble = async (service, folder) => {
  mkdirSync(folder, { recursive: true });
  cpSync(join(dist, `${service}.cjs`), join(folder, 'main.cjs'));
  cpSync(join(dist, `${service}.cjs.LEGAL.txt`), join(folder, 'LEGAL.txt'));
  const sourceMaps = [`${service}.cjs.map`];
  if (existsSync(join(dist, `${service}-migrate.cjs`))) {
    cpSync(join(dist, `${service}-migrate.cjs`), join(folder, 'migrate.cjs'));
    cpSync(join(dist, 'migrations'), join(folder, 'migrations'), { recursive: true });
    sourceMaps.push(`${service}-migrate.cjs.map`);
  }
  const { asset } = (await assetOf(workspaceOf(service))) ?? {};
  if (asset !== undefined) {
    cpSync(join(dist, asset), join(folder, asset), { recursive: true });
    sourceMaps.push(...mapsIn(asset));
  }
  const found = new Map();
  for (const name of requiredBy(join(dist, `${service}.cjs`))) collect(found, name, root);
  for (const at of found.keys())
    cpSync(at, join(folder, relative(root, at)), {
      recursive: true,
      filter: (source) => isWanted(source) && !relative(at, source).split(sep).includes('node_modules'),
    });
  const components = [...bundledIn(sourceMaps), ...found.values()].map(component);
  components.sort((one, other) => (one.purl < other.purl ? -1 : 1));
  const sbom = { bomFormat: 'CycloneDX', specVersion: '1.6', version: 1, components };
  writeFileSync(join(folder, 'sbom.cdx.json'), `${JSON.stringify(sbom, undefined, 1)}\n`);
  console.log(`${service}: ${found.size} packages, ${readdirSync(folder).join(', ')}`);
};

for (const service of Object.keys(services)) {
  await assemble(service, join(target, service));
  compile(join(target, service));
}
