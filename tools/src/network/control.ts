import { createServer, type IncomingMessage, type Server } from 'node:http';
import { text } from 'node:stream/consumers';
import { messageOf } from '../errors';
import { networkProxy, type NetworkProxy } from './proxy';

const METHODS = ['addListener', 'addHttpProxy', 'impair', 'heal', 'reset', 'forget', 'effects'] as const;
type Method = (typeof METHODS)[number];

/** The proxy of another process: every method returns a promise. */
export type RemoteProxy = Readonly<{
  [M in Method]: (...args: Parameters<NetworkProxy[M]>) => Promise<Awaited<ReturnType<NetworkProxy[M]>>>;
}>;

const callOf = async (proxy: NetworkProxy, request: IncomingMessage): Promise<unknown> => {
  const method = METHODS.find((name) => request.url === `/${name}`);
  if (method === undefined) return undefined; // A readiness check.
  const call = proxy[method] as (...args: unknown[]) => unknown;
  return call(...(JSON.parse(await text(request)) as unknown[]));
};

/** Serves the methods of a new proxy to callers that have the token. */
export const serveProxy = (port: number, token: string): Server => {
  const proxy = networkProxy();
  // Only the client closes an idle connection: when both may, a call can begin on one that the server is closing.
  return createServer({ keepAliveTimeout: 0 }, (request, response) => {
    if (request.url !== '/' && request.headers.authorization !== `Bearer ${token}`)
      return void response.writeHead(401).end();
    callOf(proxy, request).then(
      (result) => response.end(JSON.stringify(result ?? null)),
      (error: unknown) => response.writeHead(500).end(messageOf(error)),
    );
  }).listen(port, '127.0.0.1');
};

/** Calls the proxy that `serveProxy` serves. */
export const remoteProxy = (port: number, token: string): RemoteProxy => {
  const remote =
    (method: Method) =>
    async (...args: readonly unknown[]): Promise<unknown> => {
      const response = await fetch(`http://127.0.0.1:${port}/${method}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}` },
        body: JSON.stringify(args),
      });
      if (!response.ok) throw new Error(`The network rejected ${method}: ${await response.text()}`);
      return response.json();
    };
  return Object.fromEntries(METHODS.map((method) => [method, remote(method)])) as unknown as RemoteProxy;
};
