import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CAUSATION_ID, CORRELATION_ID } from '@bankside/std';

/** A request that the fake services accept: it moves an entity to a state, unless the entity is in one of others. */
export type FakeRoute = Readonly<{
  /** The name of the step in tests. */
  step: string;
  /** `<service>/<path>`, with `:id` for the id of the saga and any other `:<name>` for a further part of the path. */
  path: string;
  /**
   * The field of the body that holds the id of the saga, where the path does not. Without either, only the idempotency
   * key identifies the saga.
   */
  idIn?: string;
  entity: string;
  /** The part of the path that distinguishes the entities of one saga. */
  key?: string;
  to: string;
  unless?: readonly string[];
  /** The request is rejected as well while another entity of the saga is in one of these states. */
  unlessEntity?: Readonly<{ entity: string; states: readonly string[] }>;
  /** `false`: a repeated key gets a response of its own. */
  isRecorded?: false;
}>;

export type FakeRequest = Readonly<{
  step: string;
  path: string;
  /** `<id of the saga>/<step>`, the idempotency key without its maker. */
  key: string;
  body: Record<string, unknown>;
  correlationId: unknown;
  causationId: unknown;
}>;
type Response = Readonly<{ status: number; body: object }>;

type Exchange = Readonly<{
  /** Takes effect, unless a response is given instead. A repeated key gets the first response. */
  decide: (instead?: Response) => Response;
  send: (response: Response) => void;
  disconnect: () => void;
}>;
/** What the fake services do with one request of a step. */
export type Behaviour = (exchange: Exchange) => void | Promise<void>;

const problem = (name: string, status = 409): Response => ({
  status,
  body: { type: `/problems/${name}`, title: name, status },
});

/** As without a behaviour. */
export const succeed: Behaviour = ({ decide, send }) => send(decide());
/** Rejects the request, and every repeat of it. */
export const rejectWith =
  (reason: string, status?: number): Behaviour =>
  ({ decide, send }) =>
    send(decide(problem(reason, status)));
/** Responds with an error and takes no effect, so that a retry may succeed. */
export const fail =
  (status: number, name?: string): Behaviour =>
  ({ send }) =>
    send(name === undefined ? { status, body: {} } : problem(name, status));
/** Takes effect and closes the connection without a response. */
export const loseResponse: Behaviour = ({ decide, disconnect }) => {
  decide();
  disconnect();
};
/** Takes effect and never responds. */
export const neverRespond: Behaviour = ({ decide }) => void decide();

/** Enough for every attempt that a step can make during a test. */
export const always = (behaviour: Behaviour): readonly Behaviour[] =>
  Array.from({ length: 50 }, () => behaviour);

const deferred = <T>() => {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((settle) => (resolve = settle));
  return { promise, resolve };
};

/** Holds a request right before, or right after, it takes effect. `status` is that of the response once it is released. */
export const hold = (moment: 'before' | 'after' = 'before') => {
  const reached = deferred<void>();
  const gate = deferred<void>();
  const responded = deferred<number>();
  const behaviour: Behaviour = async ({ decide, send }) => {
    const early = moment === 'after' ? decide() : undefined;
    reached.resolve();
    await gate.promise;
    const response = early ?? decide();
    responded.resolve(response.status);
    send(response);
  };
  return { behaviour, reached: reached.promise, release: () => gate.resolve(), status: responded.promise };
};

const bodyOf = async (req: IncomingMessage): Promise<Record<string, unknown>> => {
  const chunks: Buffer[] = [];
  for await (const chunk of req) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString());
};

const sagaOf = (key: string): string => key.split('/')[0]!;

const patternOf = (path: string): RegExp =>
  new RegExp(`^/${path.replaceAll(/:([a-z]+)/gi, '(?<$1>[^/]+)')}$`);

/**
 * All services that a saga calls, with the rules that sagas rely on: a repeated key gets the first response, a repeated
 * effect changes nothing, and a compensation of a step that took no effect is recorded and rejects the late step.
 */
export const fakeServices = async (routes: readonly FakeRoute[]) => {
  const patterns = routes.map((route) => ({ route, pattern: patternOf(route.path) }));
  const requests: FakeRequest[] = [];
  const entities = new Map<string, string>();
  const responses = new Map<string, Response>();
  const behaviours = new Map<string, Behaviour[]>();
  /** Those that made a request before the last reset. */
  const earlierSagas = new Set<string>();
  const nextOf = (sagaId: string, step: string): Behaviour | undefined =>
    behaviours.get(`${sagaId}/${step}`)?.shift() ??
    (earlierSagas.has(sagaId) ? undefined : behaviours.get(step)?.shift());

  /** The route of a request and the entity it is about. None when the ids of the saga in key, path and body differ. */
  const find = (path: string, sagaId: string, body: Record<string, unknown>) => {
    for (const { route, pattern } of patterns) {
      const match = pattern.exec(path);
      if (match === null) continue;
      const { groups = {} } = match;
      const id = route.idIn === undefined ? (groups['id'] ?? sagaId) : body[route.idIn];
      if (id !== sagaId) return undefined;
      const part = route.key === undefined ? undefined : groups[route.key];
      return { route, entity: [route.entity, ...(part === undefined ? [] : [part]), sagaId].join('/') };
    }
    return undefined;
  };

  const takeEffect = (entity: string, sagaId: string, { to, unless, unlessEntity }: FakeRoute): Response => {
    const other = unlessEntity && entities.get(`${unlessEntity.entity}/${sagaId}`);
    if (other !== undefined && unlessEntity?.states.includes(other))
      return problem(`${unlessEntity.entity}-already-${other}`);
    const state = entities.get(entity);
    if (state !== undefined && unless?.includes(state)) return problem(`${entity.split('/')[0]}-${state}`);
    entities.set(entity, to);
    return { status: 200, body: {} };
  };

  const server = createServer((req, res) => {
    const serve = async (): Promise<void> => {
      const path = decodeURIComponent(decodeURIComponent(req.url ?? ''));
      // Ids of commands of sagas begin with their maker; anything else finds no route.
      const key = /^saga\/(.+)$/.exec(String(req.headers['idempotency-key']))?.[1] ?? '';
      const sagaId = sagaOf(key);
      const body = await bodyOf(req);
      const send = ({ status, body: content }: Response): void =>
        void res.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(content));
      const found = find(path, sagaId, body);
      if (found === undefined) return send(problem('not-found', 404));
      const { route, entity } = found;
      requests.push({
        step: route.step,
        path,
        key,
        body,
        correlationId: req.headers[CORRELATION_ID],
        causationId: req.headers[CAUSATION_ID],
      });
      const decide = (instead?: Response): Response => {
        const first = route.isRecorded === false ? undefined : responses.get(key);
        const response = first ?? instead ?? takeEffect(entity, sagaId, route);
        responses.set(key, response);
        return response;
      };
      const behaviour = nextOf(sagaId, route.step);
      if (behaviour === undefined) return send(decide());
      return behaviour({ decide, send, disconnect: () => void res.destroy() });
    };
    void serve().catch(() => res.destroy());
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;

  return {
    url: `http://127.0.0.1:${port}`,
    /** Sets the behaviour of the next requests of a step, in order, of sagas that begin after the last `reset`. */
    next: (step: string, ...next: readonly Behaviour[]): void => void behaviours.set(step, [...next]),
    /** The same for one saga, regardless of `reset`. */
    nextOf: (sagaId: string, step: string, ...next: readonly Behaviour[]): void =>
      void behaviours.set(`${sagaId}/${step}`, [...next]),
    /** The requests of a saga, of all steps or of one. */
    requests: (sagaId: string, step?: string): readonly FakeRequest[] =>
      requests.filter((one) => one.key.startsWith(`${sagaId}/`) && (step === undefined || one.step === step)),
    /** The states of all entities of a saga: `{ payment: 'captured', 'reservation/cd-1': 'committed', … }`. */
    state: (sagaId: string): Record<string, string> =>
      Object.fromEntries(
        [...entities]
          .filter(([entity]) => entity.endsWith(`/${sagaId}`))
          .map(([entity, state]) => [entity.slice(0, -sagaId.length - 1), state]),
      ),
    /** Ends all behaviours of steps. A late retry of a saga takes none that is meant for the sagas of the next test. */
    reset: (): void => {
      for (const { key } of requests) earlierSagas.add(sagaOf(key));
      for (const step of behaviours.keys()) if (!step.includes('/')) behaviours.delete(step);
    },
    stop: async (): Promise<void> => {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
};
export type FakeServices = Awaited<ReturnType<typeof fakeServices>>;
