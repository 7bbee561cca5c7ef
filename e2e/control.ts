import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { System } from '@bankside/tools';

/** What tests may do to a process of the system: `worker`, `accounts`, `accounts-dapr`, `temporal`, `redis`, `postgres`, … */
export type Control = 'kill' | 'restart' | 'pause' | 'resume';

/** Tests run in worlds of their own, apart from the set-up that holds the system: they ask for this by HTTP. */
export const startControl = async (system: System): Promise<Server> => {
  const controls: Record<Control, (name: string) => Promise<void> | void> = {
    kill: async (name) => {
      const process = system.processes().get(name)!;
      const { pid } = process;
      process.kill('SIGKILL');
      await process.whenRestarted(pid);
    },
    restart: (name) => system.processes().get(name)!.restart(),
    pause: (name) => system.processes().get(name)!.pause(),
    resume: (name) => system.processes().get(name)!.resume(),
  };
  const server = createServer((req, res) => {
    const [, name = '', control = ''] = (req.url ?? '').split('/');
    if (!system.processes().has(name) || !(control in controls)) return void res.writeHead(404).end();
    const done = async () => controls[control as Control](name);
    done().then(
      () => res.writeHead(204).end(),
      (error: unknown) => res.writeHead(500).end(String(error)),
    );
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  process.env['BANKSIDE_E2E_CONTROL'] = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return server;
};

const tell = async (name: string, control: Control): Promise<void> => {
  const answer = await fetch(`${process.env['BANKSIDE_E2E_CONTROL']}/${name}/${control}`, { method: 'POST' });
  if (!answer.ok) throw new Error(`${control} ${name}: ${answer.status} ${await answer.text()}`);
};

/** As `kill -9`. Resolves when its successor is ready. */
export const kill = (name: string): Promise<void> => tell(name, 'kill');

/** As a new version is rolled out: it is asked to end, and started anew. Resolves when its successor is ready. */
export const restart = (name: string): Promise<void> => tell(name, 'restart');

/** While the work is done, the process does nothing: those who ask it wait in vain. */
export const without = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
  await tell(name, 'pause');
  try {
    return await work();
  } finally {
    await tell(name, 'resume');
  }
};
