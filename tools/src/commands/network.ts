import { once } from 'node:events';
import { serveProxy } from '../network/control';

/** Runs the proxy between the processes of a local system, which `startNetwork` starts, until SIGTERM. */
export const network = async ([port]: readonly string[]): Promise<number> => {
  serveProxy(Number(port), process.env['NETWORK_TOKEN'] ?? '');
  await once(process, 'SIGTERM');
  return 0;
};
