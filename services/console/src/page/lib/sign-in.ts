import { ApiProblem, noResponse, problemFrom } from './problem';
import type { Role } from './roles';
import type { Session } from './session';

const NO_ISSUER = {
  type: '/problems/no-issuer',
  title: 'No development tokens',
  status: 404,
  detail: 'This system has no development issuer. Sign in with a token.',
};

/** Starts a session with the development issuer. @throws ApiProblem, also when the system has none */
export const developmentSession = async (role: Role, customerId?: string): Promise<Session> => {
  const response = await fetch('/api/dev/tokens', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ role, ...(customerId !== undefined && { customerId }) }),
  }).catch(() => {
    throw noResponse();
  });
  const body = (await response.json()) as Readonly<{ token: string }>;
  if (response.status === 404) throw new ApiProblem(NO_ISSUER);
  if (!response.ok) throw problemFrom(response.status, body);
  return { token: body.token, development: true, ...(customerId !== undefined && { customerId }) };
};
