import { randomUUID } from 'node:crypto';
import { changeMobileNumberActivities } from '@bankside/change-mobile-number';
import { bundleOf, startTestWorker } from '@bankside/saga/testing';
import { activitiesOf, serviceCaller } from '@bankside/saga/worker';
import { sharedAddress } from '@bankside/tools';
import { echoService } from '../testing/echo-service';
import { startGateway, type TestGateway } from '../testing/gateway';

const NUMBER = '+40787654321';
const TOKEN = 'customers/customer-c-1@2';
/** The first saga of a worker may take many seconds on a busy machine; these tests expect no 202. */
const WAIT_MS = 30_000;
const problem = (status: number, name: string) => ({ status, body: { type: `/problems/${name}`, status } });
/** Of this test alone: sagas that others have begun are not its worker's. */
const TASK_QUEUE = randomUUID();

describe('changing a mobile number through the gateway', () => {
  let gateway: TestGateway;
  let customers: Awaited<ReturnType<typeof echoService>>;
  let worker: Awaited<ReturnType<typeof startTestWorker>>;
  let refusing: string | undefined;
  const asked: (readonly [service: string, body: unknown])[] = [];

  beforeAll(async () => {
    customers = await echoService((req, res, next) => {
      res.set('consistency-token', TOKEN);
      if (!req.path.includes('/c-left/')) return next();
      res
        .status(409)
        .type('application/problem+json')
        .send(JSON.stringify(problem(409, 'customer-not-active').body));
    });
    const callService = serviceCaller(async (service, _method, _path, options) => {
      asked.push([service, options?.body]);
      return {
        headers: {},
        ...(service === refusing ? problem(409, 'loan-locked') : { status: 200, body: {} }),
      };
    });
    worker = await startTestWorker(sharedAddress('TEMPORAL'), {
      taskQueue: TASK_QUEUE,
      workflowBundle: await bundleOf(),
      activities: activitiesOf({ changeMobileNumberActivities }, callService, async () => undefined),
    });
    gateway = await startGateway(
      { customers: customers.port },
      { strict: true, waitMs: WAIT_MS, taskQueue: TASK_QUEUE },
    );
  });
  afterAll(async () => {
    await gateway.close();
    await customers.close();
    await worker.stop();
  });
  afterEach(() => {
    refusing = undefined;
    asked.length = 0;
  });

  const change = async (key: string, customerId = 'c-1') => {
    const response = await fetch(`${gateway.url}/api/customers/${customerId}/mobile-number`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'idempotency-key': key,
        ...(await gateway.bearer('customer', customerId)),
      },
      body: JSON.stringify({ newMobileNumber: NUMBER }),
    });
    const token = response.headers.get('consistency-token');
    return { status: response.status, token, body: (await response.json()) as Record<string, unknown> };
  };

  it('sends the number to its owner only; the saga receives ids', async () => {
    expect(await change('done')).toEqual({ status: 200, token: TOKEN, body: {} });
    const request = customers.seen.findLast(({ path }) => path === '/customers/c-1/mobile-number/requests');
    const { changeId } = request!.body as { changeId: string };
    expect(request!.body).toEqual({ changeId, mobileNumber: NUMBER });
    expect(asked.map(([service]) => service)).toEqual([
      'customers',
      'accounts',
      'cards',
      'loans',
      'customers',
    ]);
    const handle = worker.client.workflow.getHandle(changeId);
    expect(await handle.result()).toEqual({ status: 'confirmed' });
    const { events } = await handle.fetchHistory();
    const bytes = JSON.stringify(events, (_key, value: unknown) =>
      value instanceof Uint8Array ? Buffer.from(value).toString() : value,
    );
    expect(bytes).toContain('c-1');
    expect(bytes).not.toContain(NUMBER);
  });

  it('returns the rejection of a service, also to a repeat', async () => {
    refusing = 'loans';
    const refused = { status: 409, body: { type: '/problems/loan-locked' } };
    expect(await change('locked')).toMatchObject(refused);
    refusing = undefined;
    expect(await change('locked')).toMatchObject(refused);
  });

  it('starts no saga when customers reject the request', async () => {
    expect(await change('left', 'c-left')).toMatchObject({
      status: 409,
      body: { type: '/problems/customer-not-active' },
    });
    expect(asked).toEqual([]);
  });
});
