import type { Pool } from 'undici';

type Role = 'customer' | 'teller' | 'operator';

/** The roles, and the customer, in a token of the development issuer. */
export type Identity = Readonly<{ role: Role | readonly Role[]; customerId?: string }>;

export const STAFF: Identity = { role: ['teller', 'operator'] };

export const fixedToken = (token: string) => ({ token: () => Promise.resolve(token), drop: () => {} });

/** Requests a token of the development issuer when it is first needed, and again after `drop`. */
export const developmentToken = (pool: Pool, as: Identity) => {
  let current: Promise<string> | undefined;
  const request = async (): Promise<string> => {
    const { statusCode, body } = await pool.request({
      method: 'POST',
      path: '/api/dev/tokens',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(as),
    });
    const response = (await body.json()) as Readonly<{ token?: string; detail?: string }>;
    if (response.token === undefined) throw new Error(`no token: ${statusCode} ${response.detail ?? ''}`);
    return response.token;
  };
  const drop = (): void => {
    current = undefined;
  };
  const token = (): Promise<string> => {
    current ??= request().catch((error: unknown) => {
      drop();
      throw error;
    });
    return current;
  };
  return { token, drop };
};
