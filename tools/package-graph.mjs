// Checks the imports of every workspace against its package.json and the layers of the repository; run by `npm run lint`.
// `node tools/package-graph.mjs --fix` declares missing dependencies and removes unused ones.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** Folders of workspaces whose production code may import workspaces of the folders named. */
const MAY_IMPORT = {
  packages: ['packages'],
  services: ['packages'],
  workflows: ['packages', 'workflows'],
  tools: ['packages'],
  // Programs that drive the whole system.
  bench: ['packages', 'services', 'workflows', 'tools'],
  chaos: ['packages', 'workflows', 'tools'],
  demo: ['packages', 'tools'],
  e2e: ['packages', 'tools'],
};

const IMPORT =
  /(?:^|\n)\s*(?:import|export)\s(?:[^'"`;]*?\sfrom\s*)?['"]([^'"\n]+)['"]|\b(?:import|require|require\.resolve)\(\s*['"]([^'"\n]+)['"]\s*\)/g;
const SOURCE = /\.(ts|tsx|mjs)$/;
/** The sources in `tools/templates` belong to the workspaces that are made from them. */
const SKIPPED = new Set(['node_modules', 'dist', '.data', 'histories', 'schemas', 'templates']);
/** Files that run only in development: tests, what they share, and scripts. */
const DEVELOPMENT = /(^|\/)testing(\/|\.ts$)|\.test\.tsx?$|\.mjs$|-contract\.ts$|fixtures\.ts$|\/jest\//;

const sourcesIn = (folder) =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory())
      return SKIPPED.has(entry.name) || existsSync(join(path, 'package.json')) ? [] : sourcesIn(path);
    return SOURCE.test(entry.name) ? [path] : [];
  });

const packageOf = (specifier) =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');

const readJson = (file) => JSON.parse(readFileSync(file, 'utf8'));

const workspaceFolders = (root) =>
  readJson(join(root, 'package.json')).workspaces.flatMap((pattern) => {
    if (!pattern.endsWith('/*')) return [pattern];
    const parent = pattern.slice(0, -2);
    return readdirSync(join(root, parent)).map((name) => `${parent}/${name}`);
  });

const importsOf = (root, file) => {
  const text = readFileSync(file, 'utf8');
  const name = relative(root, file).replaceAll(sep, '/');
  return [...text.matchAll(IMPORT)].map(([, fixed, dynamic]) => ({
    file: name,
    specifier: fixed ?? dynamic,
    isDevelopment: DEVELOPMENT.test(name),
  }));
};

/** Every workspace of a repository with its manifest and the imports of its sources. */
const readWorkspaces = (root) =>
  workspaceFolders(root)
    .filter((folder) => existsSync(join(root, folder, 'package.json')))
    .map((folder) => {
      const sources = sourcesIn(join(root, folder));
      return {
        folder,
        layer: folder.split('/')[0],
        manifestFile: join(root, folder, 'package.json'),
        manifest: readJson(join(root, folder, 'package.json')),
        imports: sources.flatMap((file) => importsOf(root, file)),
        text: sources.map((file) => readFileSync(file, 'utf8')).join('\n'),
      };
    });

const isBuiltin = (name) => name.startsWith('node:') || builtinModules.includes(name);

const relativeProblem = (root, { folder }, { file, specifier }) => {
  if (file.endsWith('.mjs')) return []; // Scripts run before the packages are installed.
  const target = relative(root, resolve(root, dirname(file), specifier)).replaceAll(sep, '/');
  if (target === folder || target.startsWith(`${folder}/`)) return [];
  return [`${file}: imports ${specifier}, a file of another workspace: import its package`];
};

/** Whether an entry matches a key of `exports`, which may end with `*`. */
const matches = (pattern, entry) =>
  pattern.endsWith('*') ? entry.startsWith(pattern.slice(0, -1)) : entry === pattern;

const exportProblem = (byName, { file, specifier }) => {
  const name = packageOf(specifier);
  const workspace = byName.get(name);
  if (workspace === undefined)
    return name.startsWith('@bankside/') ? [`${file}: there is no workspace ${name}`] : [];
  const entry = `.${specifier.slice(name.length)}`;
  if (Object.keys(workspace.manifest.exports ?? {}).some((pattern) => matches(pattern, entry))) return [];
  return [`${file}: imports ${specifier}, which ${workspace.folder}/package.json does not export`];
};

/** A service may start workflows and send them requests, but contains none. */
const isClient = (layer, specifier) => layer === 'services' && specifier.endsWith('/client');

const layerProblem = (byName, { layer, folder }, { file, specifier, isDevelopment }) => {
  const target = byName.get(packageOf(specifier));
  if (isDevelopment || target === undefined || target.folder === folder) return [];
  if ((MAY_IMPORT[layer] ?? []).includes(target.layer) || isClient(layer, specifier)) return [];
  return [`${file}: ${layer} must not import ${target.layer} (${specifier})`];
};

const declarationProblem = (manifest, rootManifest, { file, specifier, isDevelopment }) => {
  const name = packageOf(specifier);
  if (name === manifest.name || Object.hasOwn(manifest.dependencies ?? {}, name)) return [];
  const isDeclared = [manifest, rootManifest].some(({ devDependencies = {} }) =>
    Object.hasOwn(devDependencies, name),
  );
  if (isDevelopment && isDeclared) return [];
  return [
    `${file}: imports ${name}, which is not in its ${isDevelopment ? 'devDependencies' : 'dependencies'}`,
  ];
};

const unusedProblems = ({ folder, manifest, imports, text }) => {
  const used = new Set(imports.map(({ specifier }) => packageOf(specifier)));
  const declared = Object.keys({ ...manifest.dependencies, ...manifest.devDependencies });
  const isNamed = (name) => new RegExp(`(?<![\\w@/-])${name.replaceAll('.', '\\.')}(?![\\w-])`).test(text);
  return declared
    .filter((name) => !used.has(name) && !name.startsWith('@types/') && !isNamed(name))
    .map((name) => `${folder}/package.json: declares ${name}, which no file imports`);
};

/** The first cycle of dependencies between workspaces, as a list of names, if there is one. */
const cycleOf = (byName) => {
  const done = new Set();
  const visit = (name, path) => {
    if (path.includes(name)) return [...path.slice(path.indexOf(name)), name];
    if (done.has(name)) return undefined;
    for (const next of Object.keys(byName.get(name).manifest.dependencies ?? {}).filter((one) =>
      byName.has(one),
    )) {
      const cycle = visit(next, [...path, name]);
      if (cycle !== undefined) return cycle;
    }
    done.add(name);
    return undefined;
  };
  for (const name of byName.keys()) {
    const cycle = visit(name, []);
    if (cycle !== undefined) return cycle;
  }
  return undefined;
};

/** Every violation, one line each. */
export const problemsOf = (root) => {
  const rootManifest = readJson(join(root, 'package.json'));
  const workspaces = readWorkspaces(root);
  const byName = new Map(workspaces.map((one) => [one.manifest.name, one]));
  const problems = workspaces.flatMap((workspace) =>
    workspace.imports.flatMap((one) => {
      if (one.specifier.startsWith('.')) return relativeProblem(root, workspace, one);
      if (isBuiltin(one.specifier)) return [];
      return [
        ...exportProblem(byName, one),
        ...layerProblem(byName, workspace, one),
        ...declarationProblem(workspace.manifest, rootManifest, one),
      ];
    }),
  );
  const cycle = cycleOf(byName);
  const cycles = cycle === undefined ? [] : [`a cycle of packages: ${cycle.join(' → ')}`];
  return [...new Set([...problems, ...workspaces.flatMap(unusedProblems), ...cycles])].sort((a, b) =>
    a < b ? -1 : 1,
  );
};

const sorted = (versions) =>
  Object.fromEntries(Object.entries(versions).sort(([a], [b]) => (a < b ? -1 : 1)));

const versionOf = (root, name, known) =>
  name.startsWith('@bankside/')
    ? '*'
    : (known.get(name) ?? readJson(join(root, 'node_modules', name, 'package.json')).version);

const writeChanged = (name, file, text) => {
  if (text === readFileSync(file, 'utf8')) return;
  writeFileSync(file, text);
  console.log(name);
};

/** Declares imported packages and removes unused ones. Prints the manifests that it changes. */
const fix = (root) => {
  const rootManifest = readJson(join(root, 'package.json'));
  const workspaces = readWorkspaces(root);
  const known = new Map(
    workspaces.flatMap(({ manifest }) =>
      Object.entries({ ...manifest.devDependencies, ...manifest.dependencies }),
    ),
  );
  for (const workspace of workspaces) {
    const { manifest, manifestFile, imports } = workspace;
    const unused = new Set(unusedProblems(workspace).map((line) => / declares (\S+),/.exec(line)[1]));
    const keep = (versions = {}) => Object.entries(versions).filter(([name]) => !unused.has(name));
    const packages = imports
      .filter(({ specifier }) => !specifier.startsWith('.') && !isBuiltin(specifier))
      .map(({ specifier, isDevelopment }) => ({ name: packageOf(specifier), isDevelopment }))
      .filter(({ name }) => name !== manifest.name);
    const inProduction = new Set(packages.filter((one) => !one.isDevelopment).map(({ name }) => name));
    const dependencies = Object.fromEntries(keep(manifest.dependencies));
    for (const name of inProduction) dependencies[name] ??= versionOf(root, name, known);
    const devDependencies = Object.fromEntries(
      keep(manifest.devDependencies).filter(([name]) => !(name in dependencies)),
    );
    for (const { name } of packages.filter((one) => one.isDevelopment))
      if (!(name in dependencies) && !(name in rootManifest.devDependencies))
        devDependencies[name] ??= versionOf(root, name, known);
    const { dependencies: _old, devDependencies: _oldToo, ...rest } = manifest;
    const next = {
      ...rest,
      ...(Object.keys(dependencies).length > 0 && { dependencies: sorted(dependencies) }),
      ...(Object.keys(devDependencies).length > 0 && { devDependencies: sorted(devDependencies) }),
    };
    writeChanged(`${workspace.folder}/package.json`, manifestFile, `${JSON.stringify(next, null, 2)}\n`);
  }
};

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const own = join(dirname(fileURLToPath(import.meta.url)), '..');
  const root = process.argv.slice(2).find((one) => !one.startsWith('--')) ?? own;
  if (process.argv.includes('--fix')) fix(root);
  const problems = problemsOf(root);
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) process.exit(1);
}
