import { PreflightError } from './errors';
import { audit } from './commands/audit';
import { auditDependencies } from './commands/audit-dependencies';
import { clusterVerify } from './commands/cluster-verify';
import { consoleVerify } from './commands/console-verify';
import { k8s } from './commands/k8s';
import { memory } from './commands/memory';
import { network } from './commands/network';
import { scaffold } from './commands/new';
import { start } from './commands/start';
import { test } from './commands/test';

const commands: Readonly<Record<string, (args: readonly string[]) => Promise<number>>> = {
  new: scaffold,
  network,
  start,
  test,
  memory,
  audit,
  'audit-dependencies': auditDependencies,
  k8s,
  'cluster-verify': clusterVerify,
  'console-verify': consoleVerify,
};

const run = async (): Promise<number> => {
  const [name = '', ...args] = process.argv.slice(2);
  const command = commands[name];
  if (!command)
    throw new PreflightError(`There is no command ${name}; there are ${Object.keys(commands).join(', ')}.`);
  return command(args);
};

run().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error instanceof PreflightError ? error.message : error);
    process.exit(error instanceof PreflightError ? error.exitCode : 1);
  },
);
