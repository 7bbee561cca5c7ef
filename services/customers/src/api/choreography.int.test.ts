import { randomUUID } from 'node:crypto';
import { outcomeOf, START_WITHIN_MS, startServices, until, type TestServices } from '@bankside/tools';

describe('a choreographed change of a mobile number', () => {
  const COPIES = ['accounts', 'cards', 'loans'] as const;
  type Service = 'customers' | (typeof COPIES)[number];
  /** For a machine that has much else to do. */
  const PATIENCE_MS = 40_000;
  let services: TestServices;
  let lastNumber = 770_000_000;
  beforeAll(async () => {
    services = await startServices(['customers', ...COPIES], { FAULTS: 'enabled' });
  }, START_WITHIN_MS);
  afterAll(() => services.stop());

  const newNumber = () => `0${(lastNumber += 1)}`;
  const post = async (service: Service, path: string, body: object = {}, key?: string) =>
    outcomeOf(await services.api(service).post(path, body, key));
  const get = async (service: Service, path: string) => (await services.api(service).get(path)).body;

  const register = async () => {
    const [customerId, before] = [randomUUID(), newNumber()];
    const person = { customerId, name: 'Ada Lovelace', email: 'ada@example.com', mobileNumber: before };
    expect(await post('customers', '/customers', person)).toBe('201');
    return { customerId, before, at: `/customers/${customerId}/mobile-number` };
  };
  type Whose = Awaited<ReturnType<typeof register>>;
  const change = async ({ at }: Whose, mobileNumber: string, changeId: string = randomUUID()) => ({
    changeId,
    mobileNumber,
    outcome: await post('customers', at, { changeId, mobileNumber, style: 'choreography' }, changeId),
  });
  const begin = async (whose: Whose) => {
    const begun = await change(whose, newNumber());
    expect(begun.outcome).toBe('200');
    return begun;
  };
  const ended = async ({ at }: Whose, changeId: string, as: object) =>
    until(async () => expect(await get('customers', `${at}/${changeId}`)).toEqual({ changeId, ...as }), {
      what: 'the end of the change',
      timeoutMs: PATIENCE_MS,
    });
  const lockedLoan = async ({ customerId }: Whose) => {
    const granted = await services.api('loans').post('/loans', { customerId, totalCents: 1_000 });
    const path = `/loans/${String(granted.body['loanNumber'])}`;
    expect(await post('loans', `${path}/lock`)).toBe('200');
    return path;
  };
  /** Whether a service finds the customer by the number: in customers by its reservation, elsewhere in its copy. */
  const finders = async (
    mobileNumber: string,
    asked: readonly Service[] = ['customers', ...COPIES],
  ): Promise<readonly string[]> => {
    const found = [];
    for (const service of asked)
      if ((await services.api(service).get(`/${service}?mobileNumber=${mobileNumber}`)).status === 200)
        found.push(service);
    return found;
  };
  const everywhereOnly = (found: string, lost: string) =>
    until(
      async () => expect([await finders(found), await finders(lost)]).toEqual([['customers', ...COPIES], []]),
      { what: 'the copies', timeoutMs: PATIENCE_MS },
    );
  /** What becomes of the events that each of the services publishes. */
  const whileEventsAre = async (faults: object, work: () => Promise<void>): Promise<void> => {
    const put = async (body: object): Promise<void> => {
      for (const service of ['customers', ...COPIES] as const) {
        const { status } = await fetch(`${services.url(service)}/faults`, {
          method: 'PUT',
          headers: { 'content-type': 'application/json', 'idempotency-key': randomUUID() },
          body: JSON.stringify(body),
        });
        expect(status).toBe(200);
      }
    };
    await put(faults);
    await work().finally(() => put({}));
  };
  const saidOf = async (changeId: string) => {
    const said: Record<string, unknown> = {};
    for (const service of COPIES)
      said[service] = (
        (await get(service, `/streams/number-change-${changeId}`))['state'] as { status: string } | undefined
      )?.status;
    return said;
  };

  it('goes from service to service, and is then settled: all have the number', async () => {
    const ada = await register();
    const { changeId, mobileNumber } = await begin(ada);
    await ended(ada, changeId, { status: 'settled' });
    expect(await finders(mobileNumber)).toEqual(['customers', ...COPIES]); // At once: who acknowledged it has it.
    expect(await saidOf(changeId)).toEqual({
      accounts: 'acknowledged',
      cards: 'acknowledged',
      loans: 'acknowledged',
    });
    expect((await change(await register(), ada.before)).outcome).toBe('200'); // The number from before is free.
  });

  it('is undone step by step when a loan is under review', async () => {
    const ada = await register();
    const loan = await lockedLoan(ada);
    const { changeId, mobileNumber } = await begin(ada);
    await ended(ada, changeId, { status: 'rolled-back', reason: 'loan-locked' });
    expect(await saidOf(changeId)).toEqual({
      accounts: 'rolled-back',
      cards: 'rolled-back',
      loans: 'rejected',
    });
    await everywhereOnly(ada.before, mobileNumber);
    expect((await change(await register(), mobileNumber)).outcome).toBe('200'); // Given up, so it is free.
    expect(await post('loans', `${loan}/unlock`)).toBe('200');
    await ended(ada, (await begin(ada)).changeId, { status: 'settled' });
  });

  it('is one at a time, and of a number that nobody has', async () => {
    const [ada, bob] = [await register(), await register()];
    expect((await change(ada, bob.before)).outcome).toBe('409 mobile-number-taken');
    services.process('cards').pause();
    const first = await begin(ada);
    expect((await change(ada, newNumber())).outcome).toBe('409 mobile-number-change-open');
    expect((await change(bob, first.mobileNumber)).outcome).toBe('409 mobile-number-taken');
    services.process('cards').resume();
    await ended(ada, first.changeId, { status: 'settled' });
  });

  it('that is asked for again is the same one', async () => {
    const ada = await register();
    const { changeId, mobileNumber } = await begin(ada);
    for (let times = 0; times < 3; times += 1)
      expect((await change(ada, mobileNumber, changeId)).outcome).toBe('200');
    expect((await change(ada, newNumber(), changeId)).outcome).toBe('422 idempotency-key-reused');
    await ended(ada, changeId, { status: 'settled' });
    expect((await change(ada, mobileNumber, changeId)).outcome).toBe('200');
    expect(await get('customers', `${ada.at}/${changeId}`)).toEqual({ changeId, status: 'settled' });
  });

  it('of a customer who leaves midway is refused by who hears of both', async () => {
    const ada = await register();
    services.process('cards').pause();
    const { changeId, mobileNumber } = await begin(ada);
    expect(await post('customers', `/customers/${ada.customerId}/deactivation`)).toBe('200');
    services.process('cards').resume();
    await until(async () => expect((await saidOf(changeId))['accounts']).toBe('rolled-back'), {
      what: 'the roll-back',
      timeoutMs: PATIENCE_MS,
    });
    await ended(ada, changeId, { status: 'rolled-back', reason: 'customer-not-active' });
    expect(await finders(mobileNumber)).toEqual([]);
  });

  it.each(['customers', 'accounts', 'cards', 'loans'] as const)(
    'waits for %s to come back, forwards and backwards',
    async (service) => {
      const [ada, bob] = [await register(), await register()];
      await lockedLoan(bob);
      const process = services.process(service);
      const { pid } = process;
      if (service !== 'customers') process.pause(); // So that it dies before its part for sure.
      const [done, undone] = [await begin(ada), await begin(bob)];
      process.kill('SIGKILL');
      await process.whenRestarted(pid);
      await ended(ada, done.changeId, { status: 'settled' });
      await ended(bob, undone.changeId, { status: 'rolled-back', reason: 'loan-locked' });
      await everywhereOnly(done.mobileNumber, ada.before);
      await everywhereOnly(bob.before, undone.mobileNumber);
    },
  );

  it('and the copies end right although events are lost, doubled and come late and in disorder', async () => {
    const people = await Promise.all(Array.from({ length: 12 }, register));
    await whileEventsAre({ dropRate: 0.4, doubleRate: 0.4, reorderRate: 0.4 }, async () => {
      const changes = await Promise.all(people.map(begin));
      await Promise.all(
        people.map((one, index) => ended(one, changes[index]!.changeId, { status: 'settled' })),
      );
      const leaving = people.filter((_one, index) => index % 3 === 0);
      for (const { customerId } of leaving)
        expect(await post('customers', `/customers/${customerId}/deactivation`)).toBe('200');
      const after = changes.map(({ mobileNumber }, index) => ({ mobileNumber, left: index % 3 === 0 }));
      await until(
        async () => {
          for (const { mobileNumber, left } of after)
            expect(await finders(mobileNumber)).toEqual(left ? [] : ['customers', ...COPIES]);
        },
        { what: 'the copies', timeoutMs: PATIENCE_MS },
      );
    });
  });

  it('is known to who keeps a copy, whether or not customers are there to be asked', async () => {
    const ada = await register();
    await everywhereOnly(ada.before, newNumber());
    services.process('customers').pause();
    const found = await finders(ada.before, COPIES).finally(() => services.process('customers').resume());
    expect(found).toEqual(COPIES);
  });

  it('leaves no trace in the services when a saga does it instead', async () => {
    const ada = await register();
    const [changeId, mobileNumber] = [randomUUID(), newNumber()];
    expect(await post('customers', ada.at, { changeId, mobileNumber })).toBe('200');
    for (const service of COPIES) await services.api(service).get(`/feed?flushed=true`);
    expect(await get('customers', `${ada.at}/${changeId}`)).toEqual({ changeId, status: 'open' });
    expect(await saidOf(changeId)).toEqual({});
  });
});
