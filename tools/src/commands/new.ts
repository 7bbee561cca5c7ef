import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { projectRoot } from '../root';
import { writePlan } from '../scaffold/plan';
import { planOf } from '../scaffold/scaffold';

/** `npm run new -- service|view|saga <name>`: writes it from a template and prints what it did and what comes next. */
export const scaffold = async (
  [kind = '', name = '']: readonly string[],
  root: string = projectRoot,
): Promise<number> => {
  const plan = planOf(root, kind, name);
  const { created, changed } = writePlan(root, plan);
  const files = [...created, ...changed.map(({ file }) => file)];
  execFileSync(process.execPath, [
    join(projectRoot, 'node_modules', 'prettier', 'bin', 'prettier.cjs'),
    '--write',
    '--log-level=warn',
    ...files.map((file) => join(root, file)),
  ]);
  // Its manifest is a copy of another one, and other workspaces import it: corrects their dependencies.
  const manifests = execFileSync(process.execPath, [join(root, 'tools', 'package-graph.mjs'), '--fix'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
    .split('\n')
    .filter((file) => file !== '' && !created.includes(file))
    .map((file) => ({ file, what: 'the dependencies' }));
  const edits = [...changed, ...manifests];
  const lines = [
    `Created the ${kind} ${name}:`,
    ...created.map((file) => `  ${file}`),
    ...(edits.length > 0 ? ['Changed:'] : []),
    ...edits.map(({ file, what }) => `  ${file}: ${what}`),
    'Next:',
    ...plan.next.map((step) => `  ${step}`),
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
  return 0;
};
