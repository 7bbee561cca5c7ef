import type { Pool } from 'undici';

type Role = 'customer' | 'teller' | 'operator';

/** Whom a development token is for. */
export type Identity = Readonly<{ role: Role | readonly Role[]; customerId?: string }>;

export const STAFF: Identity = { role: ['teller', 'operator'] };

export const fixedToken = (token: string) => ({ token: () => Promise.resolve(token), drop: () => {} });

/** Asks the gateway for a token when the first is needed, and when the last was not good any more. */
export const developmentToken = (pool: Pool, as: Identity) => {
  let current: Promise<string> | undefined;
  const ask = async (): Promise<string> => {
    const { statusCode, body } = await pool.request({
      method: 'POST',
      path: '/api/dev/tokens',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(as),
    });
    const answer = (await body.json()) as Readonly<{ token?: string; detail?: string }>;
    if (answer.token === undefined) throw new Error(`no token: ${statusCode} ${answer.detail ?? ''}`);
    return answer.token;
  };
  const drop = (): void => {
    current = undefined;
  };
  const token = (): Promise<string> => {
    current ??= ask().catch((error: unknown) => {
      drop();
      throw error;
    });
    return current;
  };
  return { token, drop };
};
