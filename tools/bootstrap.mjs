// Entry point of npm start, npm test and the other commands: installs packages and bundles the programs when needed, then
// runs the command. Plain JavaScript without dependencies, because it runs before they are installed.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { compileAhead } from './compile-ahead.mjs';
import { endWithNpm } from './launcher.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
/** Commands with a program of their own; the others belong to tools/. */
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

/** Whether node_modules holds every package of the lock file, by npm's own record of what it installed. */
const isInstalled = () => {
  if (!existsSync(join(root, 'node_modules/.package-lock.json'))) return false;
  const { packages: have } = readJson('node_modules/.package-lock.json');
  return Object.entries(readJson('package-lock.json').packages).every(
    ([path, { version, optional, link }]) =>
      !path.startsWith('node_modules/') ||
      (link ? have[path]?.link === true : have[path]?.version === version || (optional && !have[path])),
  );
};

/** Runs no install scripts: no package here needs one, and npm versions differ in which they allow. */
const install = async () => {
  // npm ci removes node_modules first, so it is for the first installation only.
  const how = existsSync(join(root, 'node_modules/.package-lock.json')) ? ['install', '--no-save'] : ['ci'];
  console.log(`Installing packages (npm ${how[0]})`);
  const args = [...how, '--ignore-scripts', '--no-audit', '--no-fund'];
  const script = process.env.npm_execpath;
  const [command, all] = script ? [process.execPath, [script, ...args]] : ['npm', args];
  const stop = compileAhead(root);
  const [status] = await once(spawn(command, all, { cwd: root, stdio: 'inherit' }), 'close');
  stop();
  if (status !== 0) fail('npm could not install the packages; its output is above.');
};

/** Runs in a process of its own, which gives the memory that bundling takes back to the system. */
const build = () => {
  const { status } = spawnSync(process.execPath, [join(root, 'tools/build.mjs')], { stdio: 'inherit' });
  if (status !== 0) fail('The build failed; its output is above.');
};

const run = (command, args) => {
  const [bundle, all] = OWN_PROGRAM.includes(command) ? [command, args] : ['tools', [command, ...args]];
  if (!existsSync(join(root, 'dist', `${bundle}.cjs`)))
    fail(`dist/${bundle}.cjs does not exist; run npm run build.`);
  process.argv.splice(1, process.argv.length, join(root, 'dist', `${bundle}.cjs`), ...all);
  return import(pathToFileURL(process.argv[1]).href);
};

const [command, ...args] = process.argv.slice(2);
if (!command) fail('Usage: node tools/bootstrap.mjs <command>, for example start, test or demo.');
checkNode();
endWithNpm();
if (!isInstalled()) await install();
build();
await run(command, args);
