import type { Request, Response } from 'express';
import { allowedCalls, requireAllowedCall } from './caller-guards';
import { delegatedToken, delegation } from './delegation';

const guard = requireAllowedCall({
  calls: { gateway: ['GET /accounts', 'GET /accounts/*', 'POST /accounts/*/withdrawals'] },
  systemCalls: { worker: ['POST /accounts/*/withdrawals'], cards: ['GET /feed'] },
});

type Headers = Readonly<Record<string, string>>;
const responseTo = (call: string, headers: Headers): string => {
  const [method, path] = call.split(' ');
  const req = { method, path, get: (name: string) => headers[name] } as unknown as Request;
  try {
    void guard(req, {} as Response, () => undefined);
    return 'served';
  } catch (error) {
    return `${(error as { status: number }).status}`;
  }
};
const by = (caller: string, token?: string): Headers => ({
  'dapr-caller-app-id': caller,
  ...(token !== undefined && { 'x-actor-token': token }),
});

describe('a call of another service', () => {
  it.each([
    ['GET /accounts', by('gateway', 'token'), 'served'],
    ['GET /accounts/1', by('gateway', 'token'), 'served'],
    ['POST /accounts/1/withdrawals', by('gateway', 'token'), 'served'],
    ['POST /accounts/1/withdrawals', by('worker'), 'served'],
    ['POST /accounts/1/withdrawals', by('worker', 'token'), 'served'],
    ['GET /feed', by('cards'), 'served'],
    ['GET /accounts', by('gateway'), '401'],
    ['POST /accounts/1/withdrawals', by('gateway'), '401'],
    ['POST /accounts', by('gateway', 'token'), '403'],
    ['HEAD /accounts', by('gateway', 'token'), '403'],
    ['OPTIONS /accounts', by('gateway', 'token'), '403'],
    ['GET /accounts/1', by('worker'), '403'],
    ['GET /accounts/1', by('worker', 'token'), '403'],
    ['GET /feed', by('gateway', 'token'), '403'],
    ['GET /feed', by('worker'), '403'],
    ['GET /feed', by('cards, gateway'), '403'],
    ['GET /feed', by('constructor'), '403'],
    ['GET /feed', by(''), '403'],
  ] as const)('%s with %j gives %s', (call, headers, expected) =>
    expect(responseTo(call, headers)).toBe(expected),
  );

  it.each([
    'POST /accounts/1/withdrawals/',
    'POST /accounts//withdrawals',
    'POST //accounts/1/withdrawals',
    'POST /Accounts/1/withdrawals',
    'POST /accounts/1/WITHDRAWALS',
    'post /accounts/1/withdrawals',
    'POST /accounts/1/2/withdrawals',
    'POST /accounts/1/%77ithdrawals',
    'POST /accounts/1/withdrawals;x',
    'POST /accounts/1/freeze/../withdrawals',
    'POST /x/accounts/1/withdrawals',
    'POST /accounts/1/withdrawals/x',
  ])('is denied when it is spelled %s', (call) => expect(responseTo(call, by('worker'))).toBe('403'));
});

describe('a request without a caller', () => {
  it.each([
    ['POST /events/customers', 'served'],
    ['GET /events/customers', '403'],
    ['POST /event', '403'],
    ['GET /feed', '403'],
    ['POST /accounts/1/withdrawals', '403'],
  ])('%s is %s: it may only deliver events', (call, expected) => expect(responseTo(call, {})).toBe(expected));
});

describe('the setting of allowed calls', () => {
  it.each([
    'GET accounts',
    'GET /accounts|.*',
    'GET /acc.unts',
    'GET /(.*)',
    '* /accounts',
    'GET /accounts/*x',
  ])('does not take the operation %s', (operation) =>
    expect(allowedCalls.safeParse({ calls: { gateway: [operation] }, systemCalls: {} }).success).toBe(false),
  );
});

describe('delegated tokens', () => {
  it('are found by the name of their service', async () => {
    const header = await delegation(
      (_who, service) => Promise.resolve(`token-of-${service}`),
      { subject: 'ada', roles: [] },
      ['cards', 'accounts'],
    );
    expect(delegatedToken(header, 'accounts')).toBe('token-of-accounts');
    for (const service of ['account', 'loans', '', 'token'])
      expect(delegatedToken(header, service)).toBeUndefined();
    expect(delegatedToken(undefined, 'accounts')).toBeUndefined();
  });
});
