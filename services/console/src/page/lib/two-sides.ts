import type { Api } from './api';
import type { ResponseOf, Summary } from './api-types';

/** A read or write as it happened, with what a client sees of it. */
export type Written = Readonly<{
  status: number;
  balanceCents: number | undefined;
  token: string | undefined;
  tookMs: number;
}>;
export type Read = Readonly<{ status: number; balanceCents: number | undefined; tookMs: number }>;

type Caller = Pick<Api, 'token' | 'renew'>;

/** Without retries, and with the headers that the caller names: this page shows them. */
const call = async (
  { token, renew }: Caller,
  path: string,
  request: Readonly<{ method?: string; headers?: Readonly<Record<string, string>>; body?: string }> = {},
): Promise<Readonly<{ response: Response; body: unknown; tookMs: number }>> => {
  for (let isFirst = true; ; isFirst = false) {
    const startedAt = performance.now();
    const response = await fetch(path, {
      ...request,
      headers: { ...request.headers, authorization: `Bearer ${token()}` },
    });
    const body: unknown = await response.json();
    if (response.status !== 401 || !isFirst || !(await renew()))
      return { response, body, tookMs: performance.now() - startedAt };
  }
};

/** The command side: a deposit, whose response has the token of its commit. */
export const deposit = async (
  api: Caller,
  accountNumber: string,
  { amountCents, key }: Readonly<{ amountCents: number; key: string }>,
): Promise<Written> => {
  const { response, body, tookMs } = await call(api, `/api/accounts/${accountNumber}/deposits`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': key },
    body: JSON.stringify({ amountCents }),
  });
  return {
    status: response.status,
    balanceCents: (body as Partial<ResponseOf<'deposit'>>).balanceCents,
    token: response.headers.get('consistency-token') ?? undefined,
    tookMs,
  };
};

/** The query side: the balance in the view of the customer's summary. With a token the query waits for its commit. */
export const readBalance = async (
  api: Caller,
  of: Readonly<{ customerId: string; accountNumber: string }>,
  token?: string,
): Promise<Read> => {
  const path = `/api/customers/${encodeURIComponent(of.customerId)}/summary?via=view`;
  const { response, body, tookMs } = await call(api, path, {
    headers: token === undefined ? {} : { 'consistency-token': token },
  });
  const accounts = response.ok ? ((body as Summary).accounts.data ?? []) : [];
  const account = accounts.find(({ accountNumber }) => accountNumber === of.accountNumber);
  return { status: response.status, balanceCents: account?.balanceCents, tookMs };
};

export type Freshness = 'new' | 'old' | 'behind' | 'failed';

/** Whether a read shows a write. */
export const freshnessOf = ({ status, balanceCents }: Read, written: Written): Freshness => {
  if (status === 503) return 'behind';
  if (status !== 200 || balanceCents === undefined) return 'failed';
  return balanceCents === written.balanceCents ? 'new' : 'old';
};
