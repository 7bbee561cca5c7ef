import type { AddressInfo } from 'node:net';
import type { RequestListener, Server } from 'node:http';
import { httpServer } from '@bankside/http';
export type Listening = Readonly<{ url: string; port: number; server: Server; close: () => Promise<void> }>;

/** Serves on a free port of this machine. */
export const listen = async (handler: RequestListener): Promise<Listening> => {
  const server = httpServer(handler);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { url: `http://127.0.0.1:${port}`, port, server, close };
};
