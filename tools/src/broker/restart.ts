import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { PreflightError } from '../errors';

/**
 * Restarts the broker of the variable BROKER by the command of the variable BROKER_RESTART, because the system does not start
 * it. Undefined without a command.
 * @throws PreflightError for a command without BROKER
 */
export const brokerRestart = (
  env: Readonly<Record<string, string | undefined>>,
): (() => Promise<void>) | undefined => {
  const command = env['BROKER_RESTART'] || undefined;
  if (command === undefined) return undefined;
  if (!env['BROKER'])
    throw new PreflightError('BROKER_RESTART restarts the broker of BROKER, which is not set.');
  return async () => {
    const [code] = (await once(spawn(command, { shell: true, stdio: 'ignore' }), 'exit')) as [number | null];
    if (code !== 0) throw new Error(`The command of BROKER_RESTART failed with the exit code ${code}.`);
  };
};
