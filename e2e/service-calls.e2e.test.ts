import { ACTOR_HEADER, type Actor } from '@bankside/auth';
import { allowedCallsOf, allServices } from '@bankside/tools';
import { actorToken, throughSidecar } from './shop';

// Every service tries every operation that the services map lists of every other service, through both sidecars.
const STAFF: Actor = { subject: 'a test', roles: ['teller', 'operator'] };
const services = allServices();
/** The gateway is public: it authenticates its callers by their bearer tokens. */
const called = services.filter(({ expose }) => !expose).map(({ name }) => name);

type Reply = Readonly<{ status: number; type: string | undefined; detail: string | undefined }>;

/** Without a key and a body, so that no mutation happens. */
const call = async (from: string, to: string, operation: string, token?: string): Promise<Reply> => {
  const [method = '', path = ''] = operation.replaceAll('*', 'x').split(' ');
  const headers = token === undefined ? {} : { [ACTOR_HEADER]: token };
  const response = await throughSidecar(from, `invoke/${to}/method${path}`, { method, headers });
  const isProblem = response.headers.get('content-type')?.startsWith('application/problem+json') ?? false;
  const { type, detail } = (isProblem ? await response.json() : {}) as Partial<Reply>;
  return { status: response.status, type, detail };
};

const NOT_ALLOWED = '/problems/caller-not-allowed';
const UNKNOWN_ACTOR = '/problems/unknown-actor';
const REJECTED = /caller-not-allowed|unknown-actor|no route/;
/** In this system there are no fault switches, and no file with this name. */
const ABSENT = new Set(['GET /faults', 'PUT /faults', 'PATCH /faults', 'GET /console/*']);

describe.each(called)('the service %s', (callee) => {
  const { calls, systemCalls } = allowedCallsOf(callee, services);
  const operations = [...new Set([calls, systemCalls].flatMap((one) => Object.values(one).flat()))];
  const callers = services.map(({ name }) => name).filter((name) => name !== callee);
  const table = callers.flatMap((caller) => operations.map((operation) => [caller, operation] as const));
  const isIn =
    (kind: typeof calls) =>
    ([caller, operation]: readonly [string, string]): boolean =>
      kind[caller]?.includes(operation) ?? false;
  const isDenied = (row: readonly [string, string]): boolean => !isIn(calls)(row) && !isIn(systemCalls)(row);

  it('has callers', () => expect(table.length).toBeGreaterThan(callers.length - 1));

  it('denies every other call, with the token of an actor and without', async () => {
    const token = await actorToken(STAFF, callee);
    for (const [caller, operation] of table.filter(isDenied))
      for (const sent of [undefined, token])
        expect([caller, operation, await call(caller, callee, operation, sent)]).toEqual([
          caller,
          operation,
          expect.objectContaining({ status: 403, type: NOT_ALLOWED }),
        ]);
  });

  it('serves the calls on behalf of an actor with a token for itself only', async () => {
    const [own, others] = [await actorToken(STAFF, callee), await actorToken(STAFF, 'another')];
    for (const [caller, operation] of table.filter(isIn(calls))) {
      for (const token of [undefined, others])
        expect([operation, await call(caller, callee, operation, token)]).toEqual([
          operation,
          expect.objectContaining({ status: 401, type: UNKNOWN_ACTOR }),
        ]);
      const { type, detail } = await call(caller, callee, operation, own);
      expect([operation, type, detail]).not.toContainEqual(
        expect.stringMatching(ABSENT.has(operation) ? NOT_ALLOWED : REJECTED),
      );
    }
  });

  it('serves the calls that services make in their own name', async () => {
    for (const [caller, operation] of table.filter(isIn(systemCalls))) {
      const { type, detail } = await call(caller, callee, operation);
      expect([operation, type, detail]).not.toContainEqual(
        expect.stringMatching(ABSENT.has(operation) ? NOT_ALLOWED : REJECTED),
      );
    }
  });
});

describe('the composer', () => {
  it('reads only, and always on behalf of an actor', () => {
    const { calls, systemCalls } = services.find(({ name }) => name === 'composer')!;
    expect(Object.values(calls).flat()).not.toEqual([]);
    expect(
      Object.values(calls)
        .flat()
        .filter((operation) => !operation.startsWith('GET ')),
    ).toEqual([]);
    expect(systemCalls).toEqual({});
  });
});
