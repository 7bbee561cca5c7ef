import { apiClient } from './api';
import type { ApiProblem } from './problem';
import { consistencyTokens } from './consistency-tokens';

type Sent = Readonly<{ path: string; headers: Readonly<Record<string, string>>; body: unknown }>;
type FakeResponse = Readonly<{ status: number; body?: object; headers?: Readonly<Record<string, string>> }>;

const refused: FakeResponse = {
  status: 422,
  body: {
    type: '/problems/insufficient-funds',
    title: 'Insufficient funds',
    status: 422,
    detail: 'Refused.',
  },
  headers: { 'content-type': 'application/problem+json' },
};
const down: FakeResponse = { status: 503, headers: { 'retry-after': '1' } };

/** A fake API that returns one response after another; undefined is no response. The last one repeats. */
const apiOf = (...fakes: readonly (FakeResponse | undefined)[]) => {
  const sent: Sent[] = [];
  const waited: number[] = [];
  let token = 'first';
  const api = apiClient({
    token: () => token,
    renew: () => {
      token = 'second';
      return Promise.resolve(true);
    },
    written: consistencyTokens(() => 0),
    send: (path, { headers, body }) => {
      const fake = fakes[Math.min(sent.length, fakes.length - 1)];
      sent.push({ path, headers: headers as Sent['headers'], body: body ?? undefined });
      if (fake === undefined) return Promise.reject(new TypeError('network'));
      const { status, ...response } = fake;
      return Promise.resolve(
        new Response(JSON.stringify(response.body ?? {}), {
          status,
          headers: { 'content-type': 'application/json', ...response.headers },
        }),
      );
    },
    wait: (ms) => {
      waited.push(ms);
      return Promise.resolve();
    },
  });
  const header = (name: string): readonly (string | undefined)[] => sent.map(({ headers }) => headers[name]);
  return { api, sent, waited, header };
};

describe('a mutation', () => {
  const deposit = { amountCents: 100 };

  it('is sent again with the same key until the API responds', async () => {
    const { api, sent, waited, header } = apiOf(undefined, down, { status: 201, body: { depositId: 'd1' } });
    await expect(api.change('POST', '/api/deposits', 'k1', deposit)).resolves.toEqual({ depositId: 'd1' });
    expect(header('idempotency-key')).toEqual(['k1', 'k1', 'k1']);
    expect(sent.map(({ body }) => body)).toEqual(Array(3).fill('{"amountCents":100}'));
    expect(waited).toEqual([500, 1_000]);
  });

  it('that is rejected is not sent again and throws the problem of the API', async () => {
    const { api, sent } = apiOf(refused);
    const problem = await api
      .change('POST', '/api/withdrawals', 'k1', deposit)
      .catch((error: unknown) => error);
    expect((problem as ApiProblem).body).toMatchObject({ title: 'Insufficient funds', detail: 'Refused.' });
    expect(sent).toHaveLength(1);
  });

  it('without a response is given up with an unknown outcome', async () => {
    const { api, sent } = apiOf(undefined);
    await expect(api.change('POST', '/api/deposits', 'k1', deposit)).rejects.toMatchObject({
      body: { title: 'No response', status: 0 },
    });
    expect(sent).toHaveLength(6);
  });

  it('carried out by a slow saga waits for its end', async () => {
    const later: FakeResponse = { status: 202, body: { sagaId: 's1' } };
    const { api, header } = apiOf(later, later, { status: 200, body: { paymentId: 'p1' } });
    await expect(api.changeBySaga('POST', '/api/card-payments', 'k1', deposit)).resolves.toEqual({
      paymentId: 'p1',
    });
    expect(header('idempotency-key')).toEqual(['k1', 'k1', 'k1']);
  });
});

describe('a read', () => {
  it('after a mutation carries its consistency token', async () => {
    const { api, header } = apiOf(
      { status: 201, headers: { 'consistency-token': 'accounts/account-1@2' } },
      { status: 200 },
    );
    await api.change('POST', '/api/deposits', 'k1', {});
    await api.get('/api/summary');
    expect(header('consistency-token')).toEqual([undefined, 'accounts/account-1@2']);
  });

  it('of a view that stays behind is repeated without the token', async () => {
    const behind: FakeResponse = {
      status: 503,
      body: { type: '/problems/view-behind', title: 'View behind', status: 503, detail: 'Try again.' },
    };
    const { api, header } = apiOf(
      { status: 201, headers: { 'consistency-token': 'loans/loan-1@2' } },
      behind,
      { status: 200, body: { customers: [] } },
    );
    await api.change('POST', '/api/loans', 'k1', {});
    await expect(api.get('/api/customers')).resolves.toEqual({ customers: [] });
    expect(header('consistency-token')).toEqual([undefined, 'loans/loan-1@2', undefined]);
  });

  it('that keeps failing throws after a few retries, so that the page can report it', async () => {
    const { api, sent, waited } = apiOf(down);
    await expect(api.get('/api/sagas')).rejects.toMatchObject({ body: { status: 503 } });
    expect(sent).toHaveLength(3);
    expect(waited).toEqual([1_000, 1_000]);
  });

  it('with an expired bearer token is repeated with a new one', async () => {
    const { api, header } = apiOf({ status: 401 }, { status: 200, body: { ok: true } });
    await expect(api.get('/api/sagas')).resolves.toEqual({ ok: true });
    expect(header('authorization')).toEqual(['Bearer first', 'Bearer second']);
  });
});
