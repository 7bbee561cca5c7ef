import type { AddressInfo } from 'node:net';
import type { RequestListener, Server } from 'node:http';
import { httpServer } from '@bankside/http';
export type Listening = Readonly<{ url: string; port: number; server: Server; close: () => Promise<void> }>;

/** Listeners for the end of one response. Node warns of a leak beyond ten, and a service that serves and stops adds two. */
const MAX_CLOSE_LISTENERS = 8;

/** Serves on a free port of this machine. */
export const listen = async (handler: RequestListener): Promise<Listening> => {
  const server = httpServer(handler);
  const crowded = new Set<string>();
  server.prependListener('request', ({ url = '' }, res) =>
    res.on('newListener', (event) => {
      if (event === 'close' && res.listenerCount('close') === MAX_CLOSE_LISTENERS) crowded.add(url);
    }),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const close = async (): Promise<void> => {
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
    if (crowded.size > 0) throw new Error(`Responses have too many listeners: ${[...crowded].join(', ')}`);
  };
  return { url: `http://127.0.0.1:${port}`, port, server, close };
};
