import { randomUUID } from 'node:crypto';
import {
  bankClient,
  outcomeOf,
  START_WITHIN_MS,
  startServices,
  until,
  type BankClient,
  type TestServices,
} from '@bankside/tools';

describe('a choreographed change of a mobile number', () => {
  const REPLICAS = ['accounts', 'cards', 'loans'] as const;
  type Service = 'customers' | (typeof REPLICAS)[number];
  /** Generous, for a busy machine. */
  const PATIENCE_MS = 40_000;
  let services: TestServices;
  let bank: BankClient;
  beforeAll(async () => {
    services = await startServices(['customers', ...REPLICAS], { FAULTS: 'enabled' });
    bank = bankClient(services);
  }, START_WITHIN_MS);
  afterAll(() => services.stop());

  const post = async (service: Service, path: string, body: object = {}, key?: string) =>
    outcomeOf(await services.api(service).post(path, body, key));
  const get = async (service: Service, path: string) => (await services.api(service).get(path)).body;

  const register = async () => {
    const { customerId, mobileNumber, path } = await bank.register();
    return { customerId, before: mobileNumber, at: `${path}/mobile-number` };
  };
  type Holder = Awaited<ReturnType<typeof register>>;
  const change = async ({ at }: Holder, mobileNumber: string, changeId: string = randomUUID()) => ({
    changeId,
    mobileNumber,
    outcome: await post('customers', at, { changeId, mobileNumber, style: 'choreography' }, changeId),
  });
  const begin = async (holder: Holder) => {
    const begun = await change(holder, bank.newMobileNumber());
    expect(begun.outcome).toBe('200');
    return begun;
  };
  const expectEnd = async ({ at }: Holder, changeId: string, as: object) =>
    until(async () => expect(await get('customers', `${at}/${changeId}`)).toEqual({ changeId, ...as }), {
      what: 'the end of the change',
      timeoutMs: PATIENCE_MS,
    });
  const lockedLoan = async ({ customerId }: Holder) => {
    const { path } = await bank.grantLoan(1_000, customerId);
    expect(await post('loans', `${path}/lock`)).toBe('200');
    return path;
  };
  /** The services that find a customer by the number: customers in its unique index, the others in their replicas. */
  const finders = async (
    mobileNumber: string,
    among: readonly Service[] = ['customers', ...REPLICAS],
  ): Promise<readonly string[]> => {
    const found = [];
    for (const service of among)
      if (
        (await services.api(service).get(`/${service}?mobileNumber=${encodeURIComponent(mobileNumber)}`))
          .status === 200
      )
        found.push(service);
    return found;
  };
  const everywhereOnly = (found: string, lost: string) =>
    until(
      async () =>
        expect([await finders(found), await finders(lost)]).toEqual([['customers', ...REPLICAS], []]),
      { what: 'the replicas', timeoutMs: PATIENCE_MS },
    );
  /** Injects faults into the publication of all services. */
  const whileEventsAre = async (faults: object, work: () => Promise<void>): Promise<void> => {
    const put = async (body: object): Promise<void> => {
      for (const service of ['customers', ...REPLICAS] as const) {
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
  const repliesTo = async (changeId: string) => {
    const replies: Record<string, unknown> = {};
    for (const service of REPLICAS)
      replies[service] = (
        (await get(service, `/streams/number-change-${changeId}`))['state'] as { status: string } | undefined
      )?.status;
    return replies;
  };

  it('is acknowledged by one service after another and then settled', async () => {
    const ada = await register();
    const { changeId, mobileNumber } = await begin(ada);
    await expectEnd(ada, changeId, { status: 'settled' });
    expect(await finders(mobileNumber)).toEqual(['customers', ...REPLICAS]); // Immediately: an acknowledgement implies an up-to-date replica.
    expect(await repliesTo(changeId)).toEqual({
      accounts: 'acknowledged',
      cards: 'acknowledged',
      loans: 'acknowledged',
    });
    expect((await change(await register(), ada.before)).outcome).toBe('200'); // The previous number is released.
  });

  it('is rolled back service by service if a loan is under review', async () => {
    const ada = await register();
    const loan = await lockedLoan(ada);
    const { changeId, mobileNumber } = await begin(ada);
    await expectEnd(ada, changeId, { status: 'rolled-back', reason: 'loan-locked' });
    expect(await repliesTo(changeId)).toEqual({
      accounts: 'rolled-back',
      cards: 'rolled-back',
      loans: 'rejected',
    });
    await everywhereOnly(ada.before, mobileNumber);
    expect((await change(await register(), mobileNumber)).outcome).toBe('200'); // Released by the roll-back.
    expect(await post('loans', `${loan}/unlock`)).toBe('200');
    await expectEnd(ada, (await begin(ada)).changeId, { status: 'settled' });
  });

  it('is rejected while another one is open or if another customer holds the number', async () => {
    const [ada, bob] = [await register(), await register()];
    expect((await change(ada, bob.before)).outcome).toBe('409 mobile-number-taken');
    services.process('cards').pause();
    const first = await begin(ada);
    expect((await change(ada, bank.newMobileNumber())).outcome).toBe('409 mobile-number-change-open');
    expect((await change(bob, first.mobileNumber)).outcome).toBe('409 mobile-number-taken');
    services.process('cards').resume();
    await expectEnd(ada, first.changeId, { status: 'settled' });
  });

  it('has the same outcome when it is repeated', async () => {
    const ada = await register();
    const { changeId, mobileNumber } = await begin(ada);
    for (let times = 0; times < 3; times += 1)
      expect((await change(ada, mobileNumber, changeId)).outcome).toBe('200');
    expect((await change(ada, bank.newMobileNumber(), changeId)).outcome).toBe('422 idempotency-key-reused');
    await expectEnd(ada, changeId, { status: 'settled' });
    expect((await change(ada, mobileNumber, changeId)).outcome).toBe('200');
    expect(await get('customers', `${ada.at}/${changeId}`)).toEqual({ changeId, status: 'settled' });
  });

  it('keeps the customer from leaving before it is settled', async () => {
    const ada = await register();
    services.process('cards').pause();
    const { changeId } = await begin(ada);
    expect(await bank.deactivate(ada.customerId)).toBe('409 mobile-number-change-open');
    services.process('cards').resume();
    await expectEnd(ada, changeId, { status: 'settled' });
    expect(await bank.deactivate(ada.customerId)).toBe('200');
  });

  it.each(['customers', 'accounts', 'cards', 'loans'] as const)(
    'is settled or rolled back after %s was killed',
    async (service) => {
      const [ada, bob] = [await register(), await register()];
      await lockedLoan(bob);
      const process = services.process(service);
      const { pid } = process;
      if (service !== 'customers') process.pause(); // So that it is killed before it reacts.
      const [done, undone] = [await begin(ada), await begin(bob)];
      process.kill('SIGKILL');
      await process.whenRestarted(pid);
      await expectEnd(ada, done.changeId, { status: 'settled' });
      await expectEnd(bob, undone.changeId, { status: 'rolled-back', reason: 'loan-locked' });
      await everywhereOnly(done.mobileNumber, ada.before);
      await everywhereOnly(bob.before, undone.mobileNumber);
    },
  );

  it('is settled in all replicas although events are lost, duplicated, delayed and reordered', async () => {
    const people = await Promise.all(Array.from({ length: 12 }, register));
    await whileEventsAre({ dropRate: 0.4, doubleRate: 0.4, reorderRate: 0.4 }, async () => {
      const changes = await Promise.all(people.map(begin));
      await Promise.all(
        people.map((one, index) => expectEnd(one, changes[index]!.changeId, { status: 'settled' })),
      );
      const leaving = people.filter((_one, index) => index % 3 === 0);
      for (const { customerId } of leaving) expect(await bank.deactivate(customerId)).toBe('200');
      const after = changes.map(({ mobileNumber }, index) => ({ mobileNumber, left: index % 3 === 0 }));
      await until(
        async () => {
          for (const { mobileNumber, left } of after)
            expect(await finders(mobileNumber)).toEqual(left ? [] : ['customers', ...REPLICAS]);
        },
        { what: 'the replicas', timeoutMs: PATIENCE_MS },
      );
    });
  });

  it('is visible in the replicas while customers is down', async () => {
    const ada = await register();
    await everywhereOnly(ada.before, bank.newMobileNumber());
    services.process('customers').pause();
    const found = await finders(ada.before, REPLICAS).finally(() => services.process('customers').resume());
    expect(found).toEqual(REPLICAS);
  });

  it('leaves no reply in the services if a saga orchestrates it', async () => {
    const ada = await register();
    const [changeId, mobileNumber] = [randomUUID(), bank.newMobileNumber()];
    expect(await post('customers', ada.at, { changeId, mobileNumber })).toBe('200');
    for (const service of REPLICAS) await services.api(service).get(`/feed?flushed=true`);
    expect(await get('customers', `${ada.at}/${changeId}`)).toEqual({ changeId, status: 'open' });
    expect(await repliesTo(changeId)).toEqual({});
  });
});
