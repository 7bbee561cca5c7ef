import type { Invoke } from '@bankside/dapr';
import { MockActivityEnvironment } from '@temporalio/testing';
import { activitiesOf, serviceCaller } from './activities';
import { RECORD_SAGA } from './record';
import type { ServiceRequest } from './definition';

const responding =
  (status: number, body: unknown = {}, sent: unknown[] = []): Invoke =>
  async (...request) => {
    sent.push(request);
    return { status, headers: {}, body };
  };
const problem = (name: string) => ({ type: `/problems/${name}`, title: name });
const request: ServiceRequest = {
  service: 'accounts',
  path: ['accounts', '1000000017', 'withdrawals'],
  body: { amountCents: 1 },
};

/** When the request is scheduled, and when its response arrives. */
const times = { startedAt: '2026-01-01T00:00:00.000Z', endedAt: '2026-01-01T00:00:00.250Z' };
const now = () => Date.parse(times.endedAt);

const run = (invoke: Invoke, sent = request, info: { attempt?: number; isLocal?: boolean } = {}) => {
  const context = { trace: '00-a-b-01', correlationId: 'c-1', causationId: 'orders/0/17' };
  const activity = new MockActivityEnvironment({
    attempt: 1,
    scheduledTimestampMs: Date.parse(times.startedAt),
    workflowType: 'placeOrder',
    workflowExecution: { workflowId: 'order-1', runId: 'run-1' },
    ...info,
  });
  return activity.run(() =>
    serviceCaller(invoke, { timeoutMs: 30, localTimeoutMs: 10, now })('withdraw', sent, context),
  );
};

describe('the request of a step', () => {
  it('carries the workflow id and the name of the step as idempotency key and as cause', async () => {
    const sent: unknown[] = [];
    expect(await run(responding(201, {}, sent), request, { attempt: 3 })).toEqual({
      attempts: 3,
      service: 'accounts',
      ...times,
    });
    expect(sent).toEqual([
      [
        'accounts',
        'POST',
        'accounts/1000000017/withdrawals',
        {
          body: { amountCents: 1 },
          headers: {
            'idempotency-key': 'saga/order-1/withdraw',
            'x-actor': 'saga:placeOrder',
            traceparent: '00-a-b-01',
            'correlation-id': 'c-1',
            'causation-id': 'saga/order-1/withdraw',
          },
          timeoutMs: 30,
        },
      ],
    ]);
  });

  it('has a shorter timeout in a local activity, for which a workflow task waits', async () => {
    const sent: unknown[][] = [];
    await run(responding(200, {}, sent), request, { isLocal: true });
    expect(sent[0]?.[3]).toMatchObject({ timeoutMs: 10 });
  });

  it.each([
    [422, problem('insufficient-funds'), 'Rejected', 'insufficient-funds'],
    [409, problem('withdrawal-cancelled'), 'Rejected', 'withdrawal-cancelled'],
    [404, problem('account-not-found'), 'Rejected', 'account-not-found'],
    [403, problem('not-the-owner'), 'Rejected', 'not-the-owner'],
    [400, problem('invalid-request'), 'UnexpectedResponse', expect.stringContaining('400 invalid-request')],
    [404, problem('not-found'), 'UnexpectedResponse', expect.stringContaining('404 not-found')],
    [422, problem('idempotency-key-reused'), 'UnexpectedResponse', expect.stringContaining('422')],
    [409, 'Conflict', 'UnexpectedResponse', expect.stringContaining('409')],
    [401, problem('unknown-actor'), 'UnexpectedResponse', expect.stringContaining('401')],
    [302, '', 'UnexpectedResponse', expect.stringContaining('302')],
    [408, '', 'Unavailable', expect.stringContaining('408')],
    [429, problem('too-many-requests'), 'Unavailable', expect.stringContaining('429')],
    [500, problem('internal-error'), 'Unavailable', expect.stringContaining('500')],
    [503, problem('unavailable'), 'Unavailable', expect.stringContaining('503')],
  ])('fails for the response %i %j as %s', async (status, body, type, message) => {
    await expect(run(responding(status, body))).rejects.toMatchObject({ type, message });
  });

  it('succeeds for a rejection that the step ignores, and for no other', async () => {
    const ignoring = { ...request, ignoreRejections: ['account-not-found'] };
    expect(await run(responding(404, problem('account-not-found')), ignoring)).toMatchObject({ attempts: 1 });
    await expect(run(responding(404, problem('not-found')), ignoring)).rejects.toMatchObject({
      type: 'UnexpectedResponse',
    });
  });

  it('reports service, attempts and times of a failure', async () => {
    await expect(run(responding(503), request, { attempt: 2 })).rejects.toMatchObject({
      details: [{ attempts: 2, service: 'accounts', ...times }],
    });
  });

  it('fails with the outage when the service does not respond', async () => {
    const silent: Invoke = () => Promise.reject(new Error('no response'));
    await expect(run(silent)).rejects.toThrow('no response');
  });
});

describe('activitiesOf', () => {
  const withdraw = ({ account }: { account: string }) => ({ service: 'accounts', path: [account] });
  const result = { attempts: 1, service: 'accounts', ...times };

  it('creates activities that send the requests of each saga, and the one that stores its record, and skips workflows', async () => {
    const sent: unknown[] = [];
    const workflow = () => Promise.resolve();
    const activities = activitiesOf(
      { workflow, requests: { withdraw } },
      async (key, what, causalContext) => {
        sent.push([key, what, causalContext]);
        return result;
      },
      async () => undefined,
    );
    expect(Object.keys(activities)).toEqual([RECORD_SAGA, 'withdraw']);
    await activities['withdraw']!({ account: '1' } as never, 'withdraw#2', { correlationId: 'c-1' });
    expect(sent).toEqual([['withdraw#2', { service: 'accounts', path: ['1'] }, { correlationId: 'c-1' }]]);
  });

  it('throws when two sagas have an activity of the same name', () => {
    const sagas = { one: { withdraw }, other: { withdraw } };
    const create = () =>
      activitiesOf(
        sagas,
        async () => result,
        async () => undefined,
      );
    expect(create).toThrow('Two activities have the name withdraw');
  });
});
