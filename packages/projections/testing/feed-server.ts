import type { FeedPage } from '@bankside/contracts';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import type { PageRequest, Pull } from '@bankside/feed';
import type { InMemoryFeeds } from './in-memory-feeds';

export type Asked = Readonly<{ source: string }> & PageRequest;

/** Serves in-memory feeds to other processes. */
export const serveOwners = async ({ pullFrom }: InMemoryFeeds) => {
  let asked: Asked[] = [];
  let pauseMs = 0;
  const pageFor = async (body: string): Promise<FeedPage> => {
    const { source, ...request } = JSON.parse(body) as Asked;
    asked.push({ source, ...request });
    if (pauseMs > 0) await wait(pauseMs);
    return pullFrom(source)(request);
  };
  const server = createServer((req, res) => {
    const chunks: Buffer[] = [];
    req.on('data', (chunk: Buffer) => chunks.push(chunk));
    req.on(
      'end',
      () => void pageFor(Buffer.concat(chunks).toString()).then((page) => res.end(JSON.stringify(page))),
    );
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** The requests since the last call. */
    asked: (): readonly Asked[] => {
      const all = asked;
      asked = [];
      return all;
    },
    /** Delays every response. */
    pause: (ms: number): void => void (pauseMs = ms),
    stop: (): void => {
      server.closeAllConnections();
      server.close();
    },
  };
};

export type OwnersServer = Awaited<ReturnType<typeof serveOwners>>;

/** The client of `serveOwners`. */
export const pullFromServer =
  (url: string) =>
  (source: string): Pull =>
  async (request) => {
    const response = await fetch(url, { method: 'POST', body: JSON.stringify({ source, ...request }) });
    return (await response.json()) as FeedPage;
  };
