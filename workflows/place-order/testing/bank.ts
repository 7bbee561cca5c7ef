import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { stepOf, type Step } from './steps';

export type Call = Readonly<{ name: string; path: string; key: string; body: Record<string, unknown> }>;

/** What happens to the next call of a step, instead of its effect and a 200. */
export type Behaviour = (effect: () => string | undefined, res: ServerResponse) => void | Promise<void>;

const answer = (res: ServerResponse, status: number, body: object = {}): void =>
  void res.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));

/** A rule says no. */
export const refuse =
  (reason: string, status = 409): Behaviour =>
  (_effect, res) =>
    answer(res, status, { type: `/problems/${reason}`, title: reason, status });
/** No effect. */
export const fail =
  (status: number): Behaviour =>
  (_effect, res) =>
    answer(res, status);
/** It happens, and nobody hears of it. */
export const loseAnswer: Behaviour = (effect, res) => {
  effect();
  res.socket?.destroy();
};
const deferred = <T>() => {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((settle) => (resolve = settle));
  return { promise, resolve };
};

/** It waits before it happens, however long the caller does. `status` is what it would then have answered. */
export const hold = () => {
  const reached = deferred<void>();
  const gate = deferred<void>();
  const answered = deferred<number>();
  const behaviour: Behaviour = async (effect, res) => {
    reached.resolve();
    await gate.promise;
    const refusal = effect();
    answered.resolve(refusal === undefined ? 200 : 409);
    if (refusal === undefined) answer(res, 200);
    else await refuse(refusal)(effect, res);
  };
  return { behaviour, reached: reached.promise, goOn: () => gate.resolve(), status: answered.promise };
};
/** It happens, and the answer never comes. */
export const neverAnswer: Behaviour = (effect) => void effect();

const bodyOf = async (req: IncomingMessage): Promise<Record<string, unknown>> => {
  const chunks: Buffer[] = [];
  for await (const chunk of req) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString());
};

/**
 * Plays all services of the bank by the rules that a saga relies on: a repeat changes nothing, an undo of what never
 * happened is kept and refuses what comes late. Its switches make each step fail in each way.
 */
export const startBank = async () => {
  const calls: Call[] = [];
  const things = new Map<string, string>();
  const next = new Map<string, Behaviour[]>();

  /** @returns the refusal, if the thing does not allow it */
  const apply = (thing: string, { to, unless }: Step): string | undefined => {
    const now = things.get(thing);
    if (now !== undefined && unless?.includes(now)) return `${thing.split('/')[0]}-${now}`;
    things.set(thing, to);
    return undefined;
  };

  const serve = async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    const path = decodeURIComponent(decodeURIComponent(req.url ?? ''));
    const body = await bodyOf(req);
    const found = stepOf(path, body);
    if (found === undefined) return answer(res, 404, { type: '/problems/not-found', path });
    const { step, thing } = found;
    calls.push({ name: step.name, path, key: String(req.headers['idempotency-key']), body });
    const effect = () => apply(thing, step);
    const behaviour = next.get(step.name)?.shift();
    if (behaviour) return behaviour(effect, res);
    const refusal = effect();
    if (refusal === undefined) return answer(res, 200);
    return refuse(refusal)(effect, res);
  };

  const server = createServer((req, res) => void serve(req, res).catch(() => res.destroy()));
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** Switches for the next calls of a step, in order. */
    next: (step: string, ...behaviours: Behaviour[]): void => void next.set(step, behaviours),
    calls: (orderId: string): readonly Call[] =>
      calls.filter(({ path, body }) => path.includes(orderId) || body['orderId'] === orderId),
    /** Where everything of an order stands: `{ 'order/…': 'confirmed' }` without the id. */
    state: (orderId: string): Record<string, string> =>
      Object.fromEntries(
        [...things]
          .filter(([thing]) => thing.endsWith(orderId))
          .map(([thing, state]) => [thing.slice(0, -orderId.length - 1), state]),
      ),
    reset: (): void => next.clear(),
    stop: async (): Promise<void> => {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
};
export type Bank = Awaited<ReturnType<typeof startBank>>;
