import type { Pool } from 'undici';
import { apiClient, type ApiClient, type ClientOptions } from './client';

type Role = 'customer' | 'teller' | 'operator';

/** Whom a development token is for. */
export type Caller = Readonly<{ role: Role | readonly Role[]; customerId?: string }>;

/** A client with a token of the development issuer, which every system has but those in production. */
export const signIn = (caller: Caller, options: Omit<ClientOptions, 'bearer' | 'as'>): Promise<ApiClient> =>
  Promise.resolve(apiClient({ ...options, as: caller }));
