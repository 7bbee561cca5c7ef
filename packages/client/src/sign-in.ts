import { apiClient, type ApiClient, type ClientOptions } from './client';
import type { Identity } from './identity';

/** A client with a token of the development issuer, which only production lacks. */
export const signIn = (
  caller: Identity,
  options: Omit<ClientOptions, 'bearer' | 'identity'>,
): Promise<ApiClient> => Promise.resolve(apiClient({ ...options, identity: caller }));
