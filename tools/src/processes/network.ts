import { join } from 'node:path';
import { remoteProxy, type RemoteProxy } from '../network/control';
import { freePort } from '../ports';
import { projectRoot } from '../root';
import { httpAnswers } from '../supervision/probes';
import { restartOnExit, type ManagedProcess, type OnProcessEvent } from '../supervision/restart-on-exit';

type NetworkOptions = Readonly<{ logFolder: string; token: string; onEvent?: OnProcessEvent }>;

/** Starts the proxy between the processes of a system, as a process of its own, which survives them. */
export const startNetwork = async ({
  logFolder,
  token,
  onEvent,
}: NetworkOptions): Promise<Readonly<{ proxy: RemoteProxy; process: ManagedProcess }>> => {
  const port = await freePort();
  const running = await restartOnExit(
    {
      name: 'network',
      command: {
        command: process.execPath,
        args: [join(projectRoot, 'dist', 'tools.cjs'), 'network', String(port)],
        env: { NETWORK_TOKEN: token },
      },
      logFile: join(logFolder, 'network.log'),
      ready: httpAnswers(`http://127.0.0.1:${port}/`),
    },
    onEvent,
  );
  return { proxy: remoteProxy(port, token), process: running };
};
