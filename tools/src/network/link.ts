import { connect, type Socket } from 'node:net';
import { conditionsOf, type Conditions, type Direction, type Impairment } from './impairment';

/** The effects of impairments on the traffic of a link. */
export type Effects = Readonly<{
  withheldBytes: number;
  withheldConnections: number;
  delayedBytes: number;
  resetConnections: number;
  forgottenConnections: number;
}>;

export const NO_EFFECTS: Effects = {
  withheldBytes: 0,
  withheldConnections: 0,
  delayedBytes: 0,
  resetConnections: 0,
  forgottenConnections: 0,
};

/** After this time the far end of a forgotten connection is reset, as TCP keepalive of a server does. */
const FAR_END_RESET_MS = 12_000;
/** Bytes of one direction of a connection that the link keeps; beyond them the sender waits, as with a full TCP window. */
const MOST_QUEUED_BYTES = 256 * 1024;

type Item = Readonly<{ dueAt: number; bytes: number; deliver: () => boolean }>;

/** Items in their order, each delivered when it is due and the direction does not drop. */
const directionOf = (conditions: () => Conditions, source: Socket) => {
  const items: Item[] = [];
  let queuedBytes = 0;
  let lastDueAt = 0;
  let timer: NodeJS.Timeout | undefined;
  let isBlocked = false;

  const flush = (): void => {
    clearTimeout(timer);
    for (;;) {
      const [next] = items;
      if (next === undefined || isBlocked || conditions().drops) return;
      const waitMs = next.dueAt - performance.now();
      if (waitMs > 0) {
        timer = setTimeout(flush, waitMs);
        return;
      }
      items.shift();
      queuedBytes -= next.bytes;
      isBlocked = !next.deliver();
      if (source.isPaused() && queuedBytes < MOST_QUEUED_BYTES) source.resume();
    }
  };
  return {
    /** The conditions have changed: nothing that waits arrives later than what is sent now. */
    retime: (): void => {
      const { latencyMs, bytesPerSecond } = conditions();
      if (bytesPerSecond < Infinity) return flush();
      lastDueAt = Math.min(lastDueAt, performance.now() + latencyMs);
      for (const [index, item] of items.entries())
        items[index] = { ...item, dueAt: Math.min(item.dueAt, lastDueAt) };
      flush();
    },
    unblock: (): void => {
      isBlocked = false;
      flush();
    },
    push: (bytes: number, deliver: () => boolean): void => {
      const { latencyMs, jitterMs, bytesPerSecond } = conditions();
      const now = performance.now();
      const arrivesAt = now + latencyMs + Math.random() * jitterMs;
      lastDueAt = Math.max(lastDueAt, arrivesAt) + (bytes * 1_000) / bytesPerSecond;
      items.push({ dueAt: lastDueAt, bytes, deliver });
      queuedBytes += bytes;
      if (queuedBytes >= MOST_QUEUED_BYTES) source.pause();
      flush();
    },
    clear: (): void => {
      clearTimeout(timer);
      items.length = 0;
    },
  };
};

/** Connects, and keeps the socket in `open` until it has closed. */
const connectIn = (open: Set<Socket>, port: number, host: string): Socket => {
  const socket = connect({ port, host, allowHalfOpen: true, noDelay: true });
  open.add(socket);
  return socket.once('close', () => open.delete(socket));
};

/** The connections from one process to another. */
export const linkOf = (name: string) => {
  const impairments = new Map<string, Impairment>();
  const connections = new Set<Readonly<{ change: () => void; reset: () => void; forget: () => void }>>();
  /** Open connections to the far end, forgotten ones included. */
  const farEnds = new Set<Socket>();
  const count = { ...NO_EFFECTS } as { -readonly [K in keyof Effects]: number };
  const conditions: Record<Direction, Conditions> = {
    forward: conditionsOf([], 'forward'),
    backward: conditionsOf([], 'backward'),
  };

  const changed = (): void => {
    const all = [...impairments.values()];
    conditions.forward = conditionsOf(all, 'forward');
    conditions.backward = conditionsOf(all, 'backward');
    for (const connection of connections) connection.change();
  };

  const countBytes = (direction: Direction, bytes: number): void => {
    const { drops, latencyMs, jitterMs, bytesPerSecond } = conditions[direction];
    if (drops) count.withheldBytes += bytes;
    else if (latencyMs + jitterMs > 0 || bytesPerSecond < Infinity) count.delayedBytes += bytes;
  };

  /** Forwards what arrives at `source` to `sink`: its bytes, its end and its reset. */
  const forward = (direction: Direction, source: Socket, sink: Socket) => {
    const queue = directionOf(() => conditions[direction], source);
    source.on('data', (chunk: Buffer) => {
      countBytes(direction, chunk.length);
      queue.push(chunk.length, () => sink.destroyed || sink.write(chunk));
    });
    source.on('end', () => queue.push(0, () => Boolean(sink.end())));
    source.on('error', () => queue.push(0, () => Boolean(sink.resetAndDestroy())));
    sink.on('drain', queue.unblock);
    sink.on('close', queue.unblock);
    source.resume();
    return queue;
  };

  return {
    name,
    /** Connects the socket, which the process at the near end has opened, to the far end. */
    open: (near: Socket, port: number, host: string, onConnected: () => void = () => undefined): void => {
      if (conditions.forward.drops || conditions.backward.drops) count.withheldConnections += 1;
      near.setNoDelay(true);
      let far: Socket | undefined;
      const queues: ReturnType<typeof directionOf>[] = [];
      const connectFar = (): void => {
        if (far !== undefined || conditions.forward.drops || conditions.backward.drops) return; // A handshake needs both.
        far = connectIn(farEnds, port, host).once('connect', onConnected).once('close', settle);
        queues.push(forward('forward', near, far), forward('backward', far, near));
      };
      const settle = (): void => {
        if (!near.destroyed || (far !== undefined && !far.destroyed)) return;
        for (const queue of queues) queue.clear();
        connections.delete(connection);
      };
      const connection = {
        change: (): void => {
          connectFar();
          for (const queue of queues) queue.retime();
        },
        reset: (): void => {
          count.resetConnections += 1;
          near.resetAndDestroy();
          far?.resetAndDestroy();
        },
        forget: (): void => {
          const [atFarEnd] = [far];
          if (atFarEnd === undefined) return;
          count.forgottenConnections += 1;
          connections.delete(connection);
          for (const queue of queues) queue.clear();
          for (const socket of [near, atFarEnd]) {
            for (const event of ['data', 'end', 'error', 'drain']) socket.removeAllListeners(event);
            socket.on('error', () => undefined);
            socket.resume().once('end', () => socket.destroy());
          }
          setTimeout(() => atFarEnd.resetAndDestroy(), FAR_END_RESET_MS).unref();
        },
      };
      connections.add(connection);
      near.once('close', settle);
      near.on('error', () => undefined); // The pair of sockets ends by `forward`.
      connectFar();
    },
    impair: (id: string, impairment: Impairment): void => {
      impairments.set(id, impairment);
      changed();
    },
    heal: (id: string): void => {
      if (impairments.delete(id)) changed();
    },
    reset: (): void => {
      for (const connection of connections) connection.reset();
    },
    /** As a firewall that loses its state: what open connections send vanishes for good, and neither end learns of it. */
    forget: (): void => {
      for (const connection of connections) connection.forget();
    },
    effects: (): Effects => ({ ...count }),
    /** Destroys the sockets that the link has opened. Those of the near ends belong to their server. */
    close: (): void => {
      for (const far of farEnds) far.destroy();
    },
  };
};
export type Link = ReturnType<typeof linkOf>;
