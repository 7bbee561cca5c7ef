import { randomUUID } from 'node:crypto';
import { ACTOR_HEADER } from '@bankside/auth';
import type { ApiClient, ApiReply } from '@bankside/client';
import { outcomeOf, until } from '@bankside/tools';
import { without } from './control';
import { actorToken, signInAs, throughSidecar, uniqueMobileNumber } from './shop';

// The same mobile number changes by orchestration and by choreography: same responses, same final states.

const STYLES = ['orchestration', 'choreography'] as const;
type Style = (typeof STYLES)[number];
const REPLICAS = ['accounts', 'cards', 'loans'] as const;

describe('a mobile number change, by orchestration and by choreography,', () => {
  let teller: ApiClient;
  let operator: ApiClient;
  beforeAll(async () => {
    teller = await signInAs({ role: 'teller' });
    operator = await signInAs({ role: 'operator' });
  });
  afterAll(() => Promise.all([teller.close(), operator.close()]));

  const post = async (path: string, body: object = {}): Promise<ApiReply['body']> => {
    const reply = await teller.post(path, randomUUID(), body);
    expect([path, reply.status < 300]).toEqual([path, true]);
    return reply.body;
  };
  const register = async (mobileNumber = uniqueMobileNumber()) => {
    const person = { name: 'Ada Lovelace', email: 'ada@example.com', mobileNumber };
    return { customerId: String((await post('/api/customers', person))['customerId']), before: mobileNumber };
  };
  type Registered = Awaited<ReturnType<typeof register>>;
  const grant = async ({ customerId }: Registered): Promise<string> => {
    const { loanNumber } = await post(`/api/customers/${customerId}/loans`, { totalCents: 1_000 });
    return `/api/loans/${String(loanNumber)}`;
  };
  const lock = (loan: string) => post(`${loan}/lock`);

  const once = (style: Style, { customerId }: Registered, newMobileNumber: string, key: string) =>
    teller.post(`/api/customers/${customerId}/mobile-number`, key, { newMobileNumber, style });
  /** Repeats the request until it no longer returns 202. */
  const change = async (style: Style, customer: Registered, number: string, key: string = randomUUID()) => {
    for (;;) {
      const reply = await once(style, customer, number, key);
      if (reply.status !== 202) return outcomeOf(reply);
    }
  };
  const leave = async ({ customerId }: Registered): Promise<string> => {
    for (const key = randomUUID(); ;) {
      const reply = await teller.call('DELETE', `/api/customers/${customerId}`, { key });
      if (reply.status !== 202) return outcomeOf(reply);
    }
  };
  type State = Readonly<{ status: string; mobileNumber?: string; open?: object }>;
  /** The state in the stream, with the number, which operators see masked there, as tellers read it. */
  const stateOf = async ({ customerId }: Registered): Promise<State> => {
    const stream = await operator.get(`/api/streams/customers/customer-${customerId}`);
    const { mobileNumber } = (await teller.get(`/api/customers/${customerId}`)).body;
    return { ...(stream.body['state'] as State), mobileNumber: String(mobileNumber) };
  };
  const untilOpen = (customer: Registered) =>
    until(async () => expect((await stateOf(customer)).open).toBeDefined(), {
      what: 'the change',
      timeoutMs: 10_000,
    });

  /** Who resolves a number to a customer: `customers` by its unique value, others by their replicas, and the view. */
  const findersOf = async (mobileNumber: string): Promise<readonly string[]> => {
    const found: string[] = [];
    for (const service of ['customers', ...REPLICAS]) {
      const path = `invoke/${service}/method/${service}?mobileNumber=${encodeURIComponent(mobileNumber)}`;
      const headers = { [ACTOR_HEADER]: await actorToken({ subject: 'tim', roles: ['teller'] }, service) };
      if ((await throughSidecar('gateway', path, { headers })).status === 200) found.push(service);
    }
    const { status } = await teller.get(
      `/api/summary?mobileNumber=${encodeURIComponent(mobileNumber)}&via=view`,
    );
    return status === 200 ? [...found, 'view'] : found;
  };
  /** The final state of a customer once every replica agrees with the owner; `after` is the requested number. */
  const finalState = async (customer: Registered, after: string) => {
    const { status, mobileNumber, open } = await stateOf(customer);
    expect(open).toBeUndefined();
    for (const number of [customer.before, after])
      await until(
        async () =>
          expect(await findersOf(number)).toEqual(
            status === 'active' && mobileNumber === number ? ['customers', ...REPLICAS, 'view'] : [],
          ),
        { what: `the replicas of ${number}`, timeoutMs: 20_000 },
      );
    return { status, number: mobileNumber === after ? 'after' : 'before' };
  };

  type Outcome = Readonly<{ outcomes: readonly string[]; end?: object }>;
  type Story = readonly [title: string, expected: Outcome, run: (style: Style) => Promise<Outcome>];

  const stories: readonly Story[] = [
    [
      'reaches every service, and frees the number from before',
      { outcomes: ['200'], end: { status: 'active', number: 'after' } },
      async (style) => {
        const [ada, after] = [await register(), uniqueMobileNumber()];
        await shopping(ada);
        const response = await change(style, ada, after);
        const end = await finalState(ada, after);
        await register(ada.before);
        return { outcomes: [response], end };
      },
    ],
    [
      'is undone by a loan under review, beside one that is not, and frees the requested number',
      { outcomes: ['409 loan-locked'], end: { status: 'active', number: 'before' } },
      async (style) => {
        const [ada, after] = [await register(), uniqueMobileNumber()];
        await Promise.all([grant(ada), grant(ada).then(lock)]);
        const response = await change(style, ada, after);
        const end = await finalState(ada, after);
        await register(after);
        return { outcomes: [response], end };
      },
    ],
    [
      'is rejected again when it is repeated, though the review has ended; another change is not',
      {
        outcomes: ['409 loan-locked', '409 loan-locked', '200'],
        end: { status: 'active', number: 'after' },
      },
      async (style) => {
        const [ada, after, key] = [await register(), uniqueMobileNumber(), randomUUID()];
        const loan = await grant(ada);
        await lock(loan);
        const first = await change(style, ada, after, key);
        await post(`${loan}/unlock`);
        const responses = [first, await change(style, ada, after, key), await change(style, ada, after)];
        return { outcomes: responses, end: await finalState(ada, after) };
      },
    ],
    [
      'to a number in use is rejected',
      { outcomes: ['409 mobile-number-taken'], end: { status: 'active', number: 'before' } },
      async (style) => {
        const [ada, bob] = [await register(), await register()];
        const response = await change(style, ada, bob.before);
        expect((await stateOf(bob)).mobileNumber).toBe(bob.before);
        return { outcomes: [response], end: await finalState(ada, uniqueMobileNumber()) };
      },
    ],
    [
      'to the number that one has already is done',
      { outcomes: ['200'], end: { status: 'active', number: 'after' } },
      async (style) => {
        const ada = await register();
        return { outcomes: [await change(style, ada, ada.before)], end: await finalState(ada, ada.before) };
      },
    ],
    [
      'of a deactivated or unknown customer is rejected',
      {
        outcomes: ['409 customer-not-active', '404 customer-not-found'],
        end: { status: 'deactivated', number: 'before' },
      },
      async (style) => {
        const [ada, after] = [await register(), uniqueMobileNumber()];
        expect(await leave(ada)).toBe('200');
        const nobody = { ...ada, customerId: randomUUID() };
        const responses = [await change(style, ada, after), await change(style, nobody, after)];
        return { outcomes: responses, end: await finalState(ada, after) };
      },
    ],
    [
      'requested many times at once under one key is made once, and another number under the key is rejected',
      {
        outcomes: ['200', '200', '200', '200', '422 idempotency-key-reused'],
        end: { status: 'active', number: 'after' },
      },
      async (style) => {
        const [ada, after, key] = [await register(), uniqueMobileNumber(), randomUUID()];
        const four = await Promise.all([1, 2, 3, 4].map(() => change(style, ada, after, key)));
        const other = outcomeOf(await once(style, ada, uniqueMobileNumber(), key));
        return { outcomes: [...four, other], end: await finalState(ada, after) };
      },
    ],
    [
      'of two customers to one number at once is made for one of them',
      { outcomes: ['200', '409 mobile-number-taken'] },
      async (style) => {
        const [ada, bob, after] = [await register(), await register(), uniqueMobileNumber()];
        const responses = await Promise.all([change(style, ada, after), change(style, bob, after)]);
        const winner = responses[0] === '200' ? ada : bob;
        const loser = winner === ada ? bob : ada;
        expect((await stateOf(winner)).mobileNumber).toBe(after);
        expect((await stateOf(loser)).mobileNumber).toBe(loser.before);
        return { outcomes: responses.toSorted() };
      },
    ],
    [
      'keeps another one of the same customer away while it is under way',
      {
        outcomes: ['200', '409 mobile-number-change-open'],
        end: { status: 'active', number: 'after' },
      },
      async (style) => {
        const [ada, after] = [await register(), uniqueMobileNumber()];
        let first: Promise<string> | undefined;
        const second = await without('cards', async () => {
          first = change(style, ada, after);
          await untilOpen(ada);
          return change(style, ada, uniqueMobileNumber());
        });
        return { outcomes: [await first!, second], end: await finalState(ada, after) };
      },
    ],
    [
      'keeps the customer from leaving while it is under way',
      {
        outcomes: ['409 customer-cannot-leave', '200'],
        end: { status: 'active', number: 'after' },
      },
      async (style) => {
        const [ada, after] = [await register(), uniqueMobileNumber()];
        let response: Promise<string> | undefined;
        const left = await without('cards', async () => {
          response = change(style, ada, after);
          await untilOpen(ada);
          return leave(ada);
        });
        return { outcomes: [left, await response!], end: await finalState(ada, after) };
      },
    ],
  ];

  /** A customer with an account, a card and a loan. */
  const shopping = async (customer: Registered): Promise<void> => {
    for (const what of ['accounts', 'cards']) await post(`/api/customers/${customer.customerId}/${what}`);
    await grant(customer);
  };

  it.each(stories)('%s', async (_title, expected, run) => {
    const outcomes: Partial<Record<Style, Outcome>> = {};
    for (const style of STYLES) outcomes[style] = await run(style);
    expect(outcomes).toEqual({ orchestration: expected, choreography: expected });
  });

  it.each(STYLES)('returns 202 while a service is paused: %s', async (style) => {
    const [ada, after, key] = [await register(), uniqueMobileNumber(), randomUUID()];
    const { sagaId, progress } = await without('loans', async () => {
      const reply = await once(style, ada, after, key);
      expect(reply.status).toBe(202);
      const id = String(reply.body['sagaId']);
      const path = `/api/customers/${ada.customerId}/mobile-number/${id}`;
      return { sagaId: id, progress: (await teller.get(path)).body };
    });
    expect(progress).toEqual({ changeId: sagaId, status: 'open' });
    expect(await change(style, ada, after, key)).toBe('200');
    expect(await finalState(ada, after)).toEqual({ status: 'active', number: 'after' });
    const path = `/api/customers/${ada.customerId}/mobile-number/${sagaId}`;
    expect((await teller.get(path)).body).toEqual({ changeId: sagaId, status: 'settled' });
  });
});
