import { Outage, pathOf } from '@bankside/dapr';
import type { RequestContext } from '../request-context';
import type { Upstream } from '../upstream';

/**
 * The holder of an account. Undefined when the account does not exist: the saga is then rejected.
 * @throws Outage when the owner does not respond
 */
export const holderOf = async (
  { get }: Pick<Upstream, 'get'>,
  accountNumber: string,
  call: RequestContext,
): Promise<string | undefined> => {
  const { status, body } = await get('accounts', pathOf('accounts', accountNumber), call);
  if (status === 200) return (body as Readonly<{ customerId: string }>).customerId;
  if (status === 404) return undefined;
  throw new Outage(`accounts responded ${status}`);
};
