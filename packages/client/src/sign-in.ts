import { apiClient, type ApiClient, type ClientOptions } from './client';
import type { Caller } from './token';

/** A client with a token of the development issuer, which every system has but those in production. */
export const signIn = (caller: Caller, options: Omit<ClientOptions, 'bearer' | 'as'>): Promise<ApiClient> =>
  Promise.resolve(apiClient({ ...options, as: caller }));
