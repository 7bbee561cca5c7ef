// The entry of npm start, npm test and the like: gets a fresh checkout to where the project's own code can run.
// Plain JavaScript without dependencies, for it runs before they are there.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
/** Commands that are not programs of tools/ but of a folder of their own. */
const OWN_PROGRAM = ['demo', 'bench', 'chaos'];

const fail = (sentence) => {
  console.error(sentence);
  process.exit(1);
};

const readJson = (file) => JSON.parse(readFileSync(join(root, file), 'utf8'));

const checkNode = () => {
  const wanted = /\d+(\.\d+)*/.exec(readJson('package.json').engines.node)[0];
  const numbers = (version) => version.split('.').map(Number);
  const [have, want] = [numbers(process.versions.node), numbers(wanted)];
  const at = want.findIndex((number, index) => have[index] !== number);
  if (at >= 0 && have[at] < want[at])
    fail(`Bankside needs Node ${wanted} or later; this is ${process.versions.node}.`);
};

/** Whether what npm noted in node_modules has every package that the lock file asks for. */
const isInstalled = () => {
  if (!existsSync(join(root, 'node_modules/.package-lock.json'))) return false;
  const { packages: have } = readJson('node_modules/.package-lock.json');
  return Object.entries(readJson('package-lock.json').packages).every(
    ([path, { version, optional, link }]) =>
      !path.startsWith('node_modules/') ||
      (link ? have[path]?.link === true : have[path]?.version === version || (optional && !have[path])),
  );
};

/** Without install scripts: nothing here needs one, so npm versions that run them all and those that run none agree. */
const install = () => {
  // npm ci starts by removing everything, so it is only for the first time.
  const how = existsSync(join(root, 'node_modules/.package-lock.json')) ? ['install', '--no-save'] : ['ci'];
  console.log(`Installing packages (npm ${how[0]})`);
  const args = [...how, '--ignore-scripts', '--no-audit', '--no-fund'];
  const script = process.env.npm_execpath;
  const [command, all] = script ? [process.execPath, [script, ...args]] : ['npm', args];
  const { status } = spawnSync(command, all, { cwd: root, stdio: 'inherit' });
  if (status !== 0) fail('npm failed; what it said is above.');
};

/** In a process of its own: bundling takes memory that the runner would keep. */
const build = () => {
  const { status } = spawnSync(process.execPath, [join(root, 'tools/build.mjs')], { stdio: 'inherit' });
  if (status !== 0) fail('The build failed; what it said is above.');
};

const run = (command, args) => {
  const [bundle, all] = OWN_PROGRAM.includes(command) ? [command, args] : ['tools', [command, ...args]];
  if (!existsSync(join(root, 'dist', `${bundle}.cjs`))) fail(`There is no program for ${command}.`);
  process.argv.splice(1, process.argv.length, join(root, 'dist', `${bundle}.cjs`), ...all);
  return import(pathToFileURL(process.argv[1]).href);
};

const [command, ...args] = process.argv.slice(2);
if (!command) fail('Say what to run: start, test or demo.');
checkNode();
if (!isInstalled()) install();
build();
await run(command, args);
