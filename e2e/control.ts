import { rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { System } from '@bankside/tools';

/** Controls of one process of the system: `worker`, `accounts`, `accounts-dapr`, `temporal`, `redis`, `postgres`, … */
export type Control = 'kill' | 'restart' | 'pause' | 'resume';

/** Jest isolates tests from the global set-up that owns the system, so they use these controls over HTTP. */
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

const send = async (name: string, control: Control): Promise<void> => {
  const response = await fetch(`${process.env['BANKSIDE_E2E_CONTROL']}/${name}/${control}`, {
    method: 'POST',
  });
  if (!response.ok) throw new Error(`${control} ${name}: ${response.status} ${await response.text()}`);
};

/** Kills with SIGKILL. Resolves when the restarted process is ready. */
export const kill = (name: string): Promise<void> => send(name, 'kill');

/** Stops with SIGTERM and restarts, as a rollout does. Resolves when the new process is ready. */
export const restart = (name: string): Promise<void> => send(name, 'restart');

/** Makes a service ignore the trace context of its callers while `work` runs. */
export const withoutPropagation = async <T>(service: string, work: () => Promise<T>): Promise<T> => {
  const file = join(process.env['BANKSIDE_E2E_DEAF']!, service);
  writeFileSync(file, '');
  try {
    return await work();
  } finally {
    rmSync(file);
  }
};

/** Pauses the process (SIGSTOP) while `work` runs, so that its callers time out. */
export const without = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
  await send(name, 'pause');
  try {
    return await work();
  } finally {
    await send(name, 'resume');
  }
};
