import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request that the bank understands: which thing it moves `to` which state, unless that is over. */
export type Step = Readonly<{
  name: string;
  route: RegExp;
  thing: string;
  to: string;
  unless?: readonly string[];
}>;
/** Which step a request is, and the full name of the thing that it is about, which ends with the saga's id. */
export type StepOf = (
  path: string,
  body: Readonly<Record<string, unknown>>,
) => Readonly<{ step: Step; thing: string }> | undefined;

export type Call = Readonly<{ name: string; path: string; key: string; body: Record<string, unknown> }>;
type Answer = Readonly<{ status: number; body: object }>;

/** One request, as a switch sees it. */
type Exchange = Readonly<{
  /** Makes the effect, or refuses it. A repeat of the key is told the first answer. */
  decide: (instead?: Answer) => Answer;
  send: (answer: Answer) => void;
  breakOff: () => void;
}>;
/** What happens to the next call of a step, instead of its effect and the answer. */
export type Behaviour = (exchange: Exchange) => void | Promise<void>;

const refusal = (reason: string, status = 409): Answer => ({
  status,
  body: { type: `/problems/${reason}`, title: reason, status },
});

/** A rule says no, and says so again when it is asked again. */
export const refuse =
  (reason: string, status?: number): Behaviour =>
  ({ decide, send }) =>
    send(decide(refusal(reason, status)));
/** No effect; the next attempt may succeed. With a problem's name it is one. */
export const fail =
  (status: number, problem?: string): Behaviour =>
  ({ send }) =>
    send(problem === undefined ? { status, body: {} } : refusal(problem, status));
/** It happens, and nobody hears of it. */
export const loseAnswer: Behaviour = ({ decide, breakOff }) => {
  decide();
  breakOff();
};
/** It happens, and the answer never comes. */
export const neverAnswer: Behaviour = ({ decide }) => void decide();

const deferred = <T>() => {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((settle) => (resolve = settle));
  return { promise, resolve };
};

/** It waits before (or right after) it happens, however long the caller does. `status` is what it then answers. */
export const hold = (when: 'before' | 'after' = 'before') => {
  const reached = deferred<void>();
  const gate = deferred<void>();
  const answered = deferred<number>();
  const behaviour: Behaviour = async ({ decide, send }) => {
    const early = when === 'after' ? decide() : undefined;
    reached.resolve();
    await gate.promise;
    const answer = early ?? decide();
    answered.resolve(answer.status);
    send(answer);
  };
  return { behaviour, reached: reached.promise, goOn: () => gate.resolve(), status: answered.promise };
};

const bodyOf = async (req: IncomingMessage): Promise<Record<string, unknown>> => {
  const chunks: Buffer[] = [];
  for await (const chunk of req) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString());
};

const NO_SUCH_ROUTE: Answer = refusal('not-found', 404);

/**
 * Plays all services of the bank by the rules that a saga relies on: a repeated key gets the first answer, a repeat of
 * the effect changes nothing, an undo of what never happened is kept and refuses what comes late. Its switches make
 * each step fail in each way.
 */
export const startBank = async (stepOf: StepOf) => {
  const calls: Call[] = [];
  const things = new Map<string, string>();
  const answers = new Map<string, Answer>();
  const next = new Map<string, Behaviour[]>();
  const nextOf = new Map<string, Behaviour[]>();

  const apply = (thing: string, { to, unless }: Step): Answer => {
    const now = things.get(thing);
    if (now !== undefined && unless?.includes(now)) return refusal(`${thing.split('/')[0]}-${now}`);
    things.set(thing, to);
    return { status: 200, body: {} };
  };

  const serve = async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    const path = decodeURIComponent(decodeURIComponent(req.url ?? ''));
    const key = String(req.headers['idempotency-key']);
    const body = await bodyOf(req);
    const send = (answer: Answer): void =>
      void res
        .writeHead(answer.status, { 'content-type': 'application/json' })
        .end(JSON.stringify(answer.body));
    const found = stepOf(path, body);
    if (found === undefined) return send(NO_SUCH_ROUTE);
    const { step, thing } = found;
    calls.push({ name: step.name, path, key, body });
    const decide = (instead?: Answer): Answer => {
      const answer = answers.get(key) ?? instead ?? apply(thing, step);
      answers.set(key, answer);
      return answer;
    };
    const [id] = key.split('/');
    const behaviour = nextOf.get(`${id}/${step.name}`)?.shift() ?? next.get(step.name)?.shift();
    if (behaviour === undefined) return send(decide());
    return behaviour({ decide, send, breakOff: () => void res.destroy() });
  };

  const server = createServer((req, res) => void serve(req, res).catch(() => res.destroy()));
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** Switches for the next calls of a step, in order. */
    next: (step: string, ...behaviours: Behaviour[]): void => void next.set(step, behaviours),
    /** The same for one saga among several, until they are set anew. */
    nextOf: (id: string, step: string, ...behaviours: Behaviour[]): void =>
      void nextOf.set(`${id}/${step}`, behaviours),
    calls: (id: string): readonly Call[] => calls.filter(({ key }) => key.startsWith(`${id}/`)),
    /** Where everything of a saga stands: `{ payment: 'captured', 'reservation/cd-1': 'committed', … }`. */
    state: (id: string): Record<string, string> =>
      Object.fromEntries(
        [...things]
          .filter(([thing]) => thing.endsWith(id))
          .map(([thing, state]) => [thing.slice(0, -id.length - 1), state]),
      ),
    reset: (): void => next.clear(),
    stop: async (): Promise<void> => {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
};
export type Bank = Awaited<ReturnType<typeof startBank>>;
