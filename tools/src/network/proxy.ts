import { createServer, type Server, type Socket } from 'node:net';
import { linkOf, type Effects, type Link } from './link';
import type { Impairment } from './impairment';
import { linkName } from './pairs';

const HOST = '127.0.0.1';
const END_OF_HEAD = '\r\n\r\n';
const MOST_HEAD_BYTES = 4_096;

export type EffectsByLink = Readonly<Record<string, Effects>>;

/** Reads the head of a CONNECT request. Calls back with the host and port that it names. */
const onConnectRequest = (socket: Socket, handle: (host: string, port: number) => void): void => {
  let head = Buffer.alloc(0);
  const read = (chunk: Buffer): void => {
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf(END_OF_HEAD);
    if (end < 0 && head.length < MOST_HEAD_BYTES) return;
    socket.off('data', read).pause();
    const [, host, port] = /^CONNECT ([^\s:]+):(\d+) HTTP/.exec(head.toString('latin1')) ?? [];
    if (host === undefined || port === undefined) return void socket.resetAndDestroy();
    const rest = head.subarray(end + END_OF_HEAD.length);
    if (rest.length > 0) socket.unshift(rest);
    handle(host, Number(port));
  };
  socket.on('data', read);
};

/** A TCP proxy with a link for each pair of processes. All addresses are on the loopback interface. */
export const networkProxy = () => {
  const links = new Map<string, Link>();
  const servers: Server[] = [];
  const sockets = new Set<Socket>();

  const linkBetween = (from: string, to: string): Link => {
    const name = linkName(from, to);
    const link = links.get(name) ?? linkOf(name);
    links.set(name, link);
    return link;
  };
  const listen = (onConnection: (socket: Socket) => void): Promise<number> =>
    new Promise((resolve, reject) => {
      const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
        sockets.add(socket);
        socket.once('close', () => sockets.delete(socket)).on('error', () => undefined);
        onConnection(socket);
      });
      servers.push(server);
      server.once('error', reject).listen(0, HOST, () => {
        const address = server.address();
        resolve(typeof address === 'object' && address !== null ? address.port : 0);
      });
    });
  const named = (names: readonly string[]): readonly Link[] =>
    names.map((name) => {
      const link = links.get(name);
      if (link === undefined) throw new Error(`There is no link ${name}.`);
      return link;
    });

  return {
    /** Listens for connections of `from` to the port of `to`. Returns the port to connect to instead. */
    addListener: (from: string, to: string, port: number): Promise<number> => {
      const link = linkBetween(from, to);
      return listen((socket) => link.open(socket, port, HOST));
    },
    /**
     * Listens for CONNECT requests of `from`, whose hosts are the names of the processes in `to`. Returns the port of this
     * HTTP proxy.
     */
    addHttpProxy: (from: string, to: readonly string[]): Promise<number> => {
      const allowed = new Map(to.map((name) => [name, linkBetween(from, name)]));
      return listen((socket) =>
        onConnectRequest(socket, (host, port) => {
          const link = allowed.get(host);
          if (link === undefined) return socket.resetAndDestroy();
          return link.open(socket, port, HOST, () => void socket.write('HTTP/1.1 200 OK\r\n\r\n'));
        }),
      );
    },
    /** Until `heal` is called with the same id. */
    impair: (id: string, names: readonly string[], impairment: Impairment): void => {
      for (const link of named(names)) link.impair(id, impairment);
    },
    heal: (id: string): void => {
      for (const link of links.values()) link.heal(id);
    },
    /** Sends RST to both ends of every connection. */
    reset: (names: readonly string[]): void => {
      for (const link of named(names)) link.reset();
    },
    /** Open connections fall silent for good; new ones work. */
    forget: (names: readonly string[]): void => {
      for (const link of named(names)) link.forget();
    },
    effects: (): EffectsByLink =>
      Object.fromEntries([...links.values()].map((link) => [link.name, link.effects()])),
    close: async (): Promise<void> => {
      const closed = servers.map((server) => new Promise((resolve) => server.close(resolve)));
      for (const socket of sockets) socket.destroy();
      for (const link of links.values()) link.close();
      await Promise.all(closed);
    },
  };
};
export type NetworkProxy = ReturnType<typeof networkProxy>;
