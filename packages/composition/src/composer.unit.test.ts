import {
  circuitBreakers,
  composer,
  sectionCache,
  serviceSources,
  CustomerNotFound,
  NotTheOwner,
  type Clock,
  type SectionSources,
} from './index';

const ada = { customerId: 'c1', status: 'active', name: 'Ada Lovelace' };
const account = { accountNumber: '1000000017', currency: 'EUR', status: 'open', balanceCents: 1 };
const SECTION_MS = 100;
const ALL_MS = 150;

/** A clock that advances only through `pass`. */
const manualClock = () => {
  let now = Date.parse('2026-01-01T00:00:00Z');
  const waiting = new Set<{ at: number; resolve: () => void }>();
  const clock: Clock = {
    now: () => now,
    after: (ms) => {
      const entry = { at: now + ms, resolve: () => {} };
      const done = new Promise<void>((resolve) => {
        entry.resolve = resolve;
      });
      waiting.add(entry);
      return { done, clear: () => void waiting.delete(entry) };
    },
  };
  const settle = () => new Promise<void>((resolve) => setImmediate(resolve));
  return {
    clock,
    settle,
    waiting,
    pass: async (ms: number): Promise<void> => {
      await settle();
      now += ms;
      for (const entry of waiting) if (entry.at <= now) entry.resolve();
      await settle();
    },
  };
};

const never = () => new Promise<never>(() => {});
const broken = () => Promise.reject(new Error('no response'));
const all: SectionSources = {
  person: () => Promise.resolve(ada),
  accounts: () => Promise.resolve([account]),
  cards: () => Promise.resolve([]),
  loans: () => Promise.resolve([]),
  orders: () => Promise.resolve([]),
};

describe('a composed summary', () => {
  const start = (overrides: Partial<SectionSources> = {}, cache = sectionCache(100, 60_000)) => {
    const time = manualClock();
    const sources = { ...all, ...overrides };
    const compose = composer(sources, {
      clock: time.clock,
      cache,
      breakers: circuitBreakers(),
      sectionTimeoutMs: SECTION_MS,
      timeoutMs: ALL_MS,
    });
    return { ...time, compose, cache };
  };

  it('contains every section', async () => {
    const { compose, waiting } = start();
    const summary = await compose({ customerId: 'c1' });
    expect(summary.person).toEqual({ status: 'ok', tookMs: 0, asOf: '2026-01-01T00:00:00.000Z', data: ada });
    expect(summary.accounts.data).toEqual([account]);
    expect(
      Object.values(summary).filter((part) => typeof part === 'object' && part.status === 'ok'),
    ).toHaveLength(5);
    expect(waiting.size).toBe(0);
  });

  it('reads all sections concurrently', async () => {
    const asked: string[] = [];
    const ask = (name: string) => () => (asked.push(name), never());
    const names = ['person', 'accounts', 'cards', 'loans', 'orders'] as const;
    const { compose } = start(Object.fromEntries(names.map((name) => [name, ask(name)])));
    void compose({ customerId: 'c1' });
    expect(asked.sort()).toEqual([...names].sort());
  });

  it('marks a section that exceeds its timeout and contains the others', async () => {
    const { compose, pass } = start({ cards: never });
    const summary = compose({ customerId: 'c1' });
    await pass(SECTION_MS);
    expect(await summary).toMatchObject({
      tookMs: SECTION_MS,
      person: { status: 'ok' },
      cards: { status: 'timeout', tookMs: SECTION_MS },
    });
    expect((await summary).cards.data).toBeUndefined();
  });

  it.each(['person', 'accounts', 'cards', 'loans', 'orders'] as const)(
    'contains the other sections when %s fails',
    async (name) => {
      const { compose } = start({ [name]: broken });
      const summary = await compose({ customerId: 'c1' });
      for (const part of ['person', 'accounts', 'cards', 'loans', 'orders'] as const)
        expect([part, summary[part].status]).toEqual([part, part === name ? 'unavailable' : 'ok']);
    },
  );

  it('contains a cached section as stale, until it is too old', async () => {
    let works = true;
    const { compose, pass } = start({
      accounts: () => (works ? all.accounts({ customerId: 'c1' }, 1) : broken()),
    });
    await compose({ customerId: 'c1' });
    works = false;
    await pass(60_000);
    expect((await compose({ customerId: 'c1' })).accounts).toEqual({
      status: 'stale',
      tookMs: 0,
      asOf: '2026-01-01T00:00:00.000Z',
      data: [account],
    });
    await pass(1);
    expect((await compose({ customerId: 'c1' })).accounts.status).toBe('unavailable');
  });

  it('never contains the cached section of another customer', async () => {
    let works = true;
    const { compose } = start({ accounts: () => (works ? all.accounts({ customerId: 'c1' }, 1) : broken()) });
    await compose({ customerId: 'c1' });
    works = false;
    expect((await compose({ customerId: 'c2' })).accounts).toEqual({ status: 'unavailable', tookMs: 0 });
  });

  it('fails as a whole when the customer does not exist or belongs to another caller', async () => {
    const gone = start({ person: () => Promise.reject(new CustomerNotFound()) });
    await expect(gone.compose({ customerId: 'c1' })).rejects.toThrow(CustomerNotFound);
    const others = start({ accounts: () => Promise.reject(new NotTheOwner()) });
    await expect(others.compose({ customerId: 'c1' })).rejects.toThrow(NotTheOwner);
  });

  describe('the circuit breaker of an owner', () => {
    const REST_MS = 2_000;
    let works = false;
    const loans = jest.fn(() => (works ? all.loans({ customerId: 'c1' }, 1) : broken()));
    const statusOf = async ({ compose }: Pick<ReturnType<typeof start>, 'compose'>) =>
      (await compose({ customerId: 'c1' })).loans.status;

    beforeEach(() => {
      works = false;
      loans.mockClear();
    });

    it('opens after five consecutive failures', async () => {
      const started = start({ loans });
      for (let time = 0; time < 8; time += 1) expect(await statusOf(started)).toBe('unavailable');
      expect(loans).toHaveBeenCalledTimes(5);
    });

    it('lets one request through when half-open, and closes on its success', async () => {
      const started = start({ loans });
      for (let time = 0; time < 5; time += 1) await statusOf(started);
      await started.pass(REST_MS);
      for (let time = 0; time < 3; time += 1) await statusOf(started);
      expect(loans).toHaveBeenCalledTimes(6);
      works = true;
      await started.pass(REST_MS);
      for (let time = 0; time < 3; time += 1) expect(await statusOf(started)).toBe('ok');
      expect(loans).toHaveBeenCalledTimes(9);
    });

    it('does not count a customer who does not exist as a failure', async () => {
      const person = jest.fn(() => Promise.reject(new CustomerNotFound()));
      const { compose } = start({ person });
      for (let time = 0; time < 8; time += 1)
        await expect(compose({ customerId: 'c1' })).rejects.toThrow(CustomerNotFound);
      expect(person).toHaveBeenCalledTimes(8);
    });
  });

  describe('the circuit breakers of owners that reject', () => {
    const lists = ['accounts', 'cards', 'loans'] as const;

    it.each([400, 401, 403, 404, 408, 409, 422, 429])(
      'stay closed after eight responses with status %d',
      async (status) => {
        let works = false;
        const fetchFrom = jest.fn(async (service: string) => {
          if (service === 'customers') return { status: 200, body: ada };
          return works ? { status: 200, body: { [service]: [], orders: [] } } : { status, body: {} };
        });
        const { compose } = start(serviceSources(fetchFrom));
        for (let time = 0; time < 8; time += 1) await Promise.allSettled([compose({ customerId: 'c1' })]); // 403 ends the whole summary.
        works = true;
        const summary = await compose({ customerId: 'c1' });
        for (const name of lists) expect([name, summary[name].status]).toEqual([name, 'ok']);
      },
    );

    it.each([500, 502, 503, 504])('open after five responses with status %d', async (status) => {
      const fetchFrom = jest.fn(async (_service: string) => ({ status, body: {} }));
      const { compose } = start(serviceSources(fetchFrom));
      for (let time = 0; time < 8; time += 1) await compose({ customerId: 'c1' });
      for (const name of lists)
        expect([name, fetchFrom.mock.calls.filter(([service]) => service === name).length]).toEqual([
          name,
          5,
        ]);
    });

    it('stay closed after five unknown mobile numbers', async () => {
      let known = false;
      const fetchFrom = async (service: string) => {
        if (!known) return { status: 404, body: {} };
        return { status: 200, body: service === 'customers' ? ada : { [service]: [], orders: [] } };
      };
      const { compose } = start(serviceSources(fetchFrom));
      for (let time = 0; time < 5; time += 1)
        await expect(compose({ mobileNumber: '+40799999999' })).rejects.toThrow(CustomerNotFound);
      known = true;
      const summary = await compose({ customerId: 'c1' });
      for (const name of ['person', ...lists] as const)
        expect([name, summary[name].status]).toEqual([name, 'ok']);
    });

    it('close in the half-open state on a rejection, since the owner is up again', async () => {
      let response: Readonly<{ status: number; body: object }> = { status: 503, body: {} };
      const fetchFrom = jest.fn(async (_service: string) => response);
      const { compose, pass } = start({ loans: serviceSources(fetchFrom).loans });
      for (let time = 0; time < 5; time += 1) await compose({ customerId: 'c1' });
      response = { status: 404, body: {} };
      await pass(2_000);
      await compose({ customerId: 'c1' });
      response = { status: 200, body: { loans: [] } };
      expect((await compose({ customerId: 'c1' })).loans.status).toBe('ok');
    });
  });

  describe('a summary by mobile number', () => {
    const orders = jest.fn(all.orders);
    beforeEach(() => orders.mockClear());

    it('finds the orders by the customer id in another section', async () => {
      const { compose } = start({ orders });
      expect((await compose({ mobileNumber: '+40712345678' })).orders.status).toBe('ok');
      expect(orders).toHaveBeenCalledWith({ customerId: 'c1' }, ALL_MS);
    });

    it('finds the orders while the owner of customers does not respond', async () => {
      const accounts = () => Promise.resolve([{ ...account, customerId: 'c1' }]);
      const { compose, pass } = start({ person: never, accounts, orders });
      const summary = compose({ mobileNumber: '+40712345678' });
      await pass(SECTION_MS);
      expect(await summary).toMatchObject({ person: { status: 'timeout' }, orders: { status: 'ok' } });
    });

    it('contains the other sections when no section has the customer id', async () => {
      const { compose, pass } = start({ person: never, orders });
      const summary = compose({ mobileNumber: '+40712345678' });
      await pass(SECTION_MS);
      expect(await summary).toMatchObject({ accounts: { status: 'ok' }, orders: { status: 'unavailable' } });
      expect(orders).not.toHaveBeenCalled();
    });
  });
});
