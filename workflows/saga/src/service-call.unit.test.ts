import type { Invoke } from '@bankside/dapr';
import { MockActivityEnvironment } from '@temporalio/testing';
import { activitiesOf, serviceCalls, type Request } from './service-call';

const answering =
  (status: number, body: unknown = {}, asked: unknown[] = []): Invoke =>
  async (...request) => {
    asked.push(request);
    return { status, headers: {}, body };
  };
const problem = (name: string) => ({ type: `/problems/${name}`, title: name });
const request: Request = {
  service: 'accounts',
  path: ['accounts', '1000000017', 'withdrawals'],
  body: { amountCents: 1 },
};

const run = (invoke: Invoke, asked = request, info: { attempt?: number; isLocal?: boolean } = {}) => {
  const activity = new MockActivityEnvironment({
    attempt: 1,
    workflowType: 'placeOrder',
    workflowExecution: { workflowId: 'order-1', runId: 'run-1' },
    ...info,
  });
  return activity.run(() => serviceCalls(invoke, { timeoutMs: 30, localTimeoutMs: 10 })('withdraw', asked));
};

describe('asking a service for a step', () => {
  it('sends the step under a key of its own', async () => {
    const asked: unknown[] = [];
    expect(await run(answering(201, {}, asked), request, { attempt: 3 })).toEqual({ attempts: 3 });
    expect(asked).toEqual([
      [
        'accounts',
        'POST',
        'accounts/1000000017/withdrawals',
        {
          body: { amountCents: 1 },
          headers: { 'idempotency-key': 'order-1/withdraw', 'x-actor': 'saga:placeOrder' },
          timeoutMs: 30,
        },
      ],
    ]);
  });

  it('waits less when a workflow task waits with it', async () => {
    const asked: unknown[][] = [];
    await run(answering(200, {}, asked), request, { isLocal: true });
    expect(asked[0]?.[3]).toMatchObject({ timeoutMs: 10 });
  });

  it.each([
    [422, problem('insufficient-funds'), 'Rejected', 'insufficient-funds'],
    [409, problem('withdrawal-cancelled'), 'Rejected', 'withdrawal-cancelled'],
    [404, problem('account-not-found'), 'Rejected', 'account-not-found'],
    [403, problem('not-the-owner'), 'Rejected', 'not-the-owner'],
    [400, problem('invalid-request'), 'UnexpectedAnswer', expect.stringContaining('400 invalid-request')],
    [404, problem('not-found'), 'UnexpectedAnswer', expect.stringContaining('404 not-found')],
    [422, problem('idempotency-key-reused'), 'UnexpectedAnswer', expect.stringContaining('422')],
    [409, 'Conflict', 'UnexpectedAnswer', expect.stringContaining('409')],
    [401, problem('unknown-actor'), 'UnexpectedAnswer', expect.stringContaining('401')],
    [302, '', 'UnexpectedAnswer', expect.stringContaining('302')],
    [408, '', 'Unavailable', expect.stringContaining('408')],
    [429, problem('too-many-requests'), 'Unavailable', expect.stringContaining('429')],
    [500, problem('internal-error'), 'Unavailable', expect.stringContaining('500')],
    [503, problem('unavailable'), 'Unavailable', expect.stringContaining('503')],
  ])('takes %i %j for %s', async (status, body, type, message) => {
    await expect(run(answering(status, body))).rejects.toMatchObject({ type, message });
  });

  it('takes a refusal for done where it means that there is nothing to do', async () => {
    const undo = { ...request, ignoreRejections: ['account-not-found'] };
    expect(await run(answering(404, problem('account-not-found')), undo)).toEqual({ attempts: 1 });
    await expect(run(answering(404, problem('not-found')), undo)).rejects.toMatchObject({
      type: 'UnexpectedAnswer',
    });
  });

  it('is retried when nothing answers', async () => {
    const silent: Invoke = () => Promise.reject(new Error('no answer'));
    await expect(run(silent)).rejects.toThrow('no answer');
  });
});

describe('activities', () => {
  it('are made of what they ask', async () => {
    const asked: unknown[] = [];
    const { withdraw } = activitiesOf(
      { withdraw: ({ account }: { account: string }) => ({ service: 'accounts', path: [account] }) },
      async (step, what) => {
        asked.push([step, what]);
        return { attempts: 1 };
      },
    );
    await withdraw({ account: '1' }, 'withdraw#2');
    expect(asked).toEqual([['withdraw#2', { service: 'accounts', path: ['1'] }]]);
  });
});
