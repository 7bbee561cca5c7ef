import { apiClient, type ApiClient, type ClientOptions } from './client';

/** Whom a development token is for. */
export type Caller = Readonly<{ role: 'teller' | 'operator' } | { role: 'customer'; customerId: string }>;

/**
 * A client with a token of the development issuer, which every system has but those in production.
 * @throws Error where there is no such issuer
 */
export const signIn = async (caller: Caller, options: Omit<ClientOptions, 'bearer'>): Promise<ApiClient> => {
  const anonymous = apiClient(options);
  try {
    const { status, body } = await anonymous.call('POST', '/api/dev/tokens', { body: caller });
    if (status !== 201)
      throw new Error(`${options.gatewayUrl} gives no development tokens (status ${status}).`);
    return apiClient({ ...options, bearer: String(body['token']) });
  } finally {
    await anonymous.close();
  }
};
