import { roles, type Role } from './roles';

/** Who one is towards the API, in one role. */
export type Session = Readonly<{
  token: string;
  /** Whose, for a customer. */
  customerId?: string;
  /** Given by the development issuer, which gives another when it has run out. */
  development?: boolean;
}>;
export type Sessions = Partial<Readonly<Record<Role, Session>>>;

const STORE = 'bankside.sessions';

type Claims = Readonly<Record<string, unknown>>;

const claimsOf = (token: string): Claims => {
  const [, payload = ''] = token.split('.');
  try {
    const bytes = Uint8Array.from(atob(payload.replaceAll('-', '+').replaceAll('_', '/')), (one) =>
      one.charCodeAt(0),
    );
    const claims: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return typeof claims === 'object' && claims !== null ? (claims as Claims) : {};
  } catch {
    return {};
  }
};

/** Where issuers say roles; the API alone decides what they are worth. */
const namedRoles = (claims: Claims): readonly unknown[] => {
  const realm = claims['realm_access'] as Readonly<{ roles?: unknown }> | undefined;
  return [claims['roles'], claims['role'], realm?.roles, claims['groups']].flat();
};

/** What a token seems good for. It is not checked here. */
export const readToken = (token: string): Readonly<{ roles: readonly Role[]; customerId?: string }> => {
  const claims = claimsOf(token.trim());
  const named = namedRoles(claims);
  const customerId = claims['customerId'];
  return {
    roles: roles.filter((role) => named.includes(role)),
    ...(typeof customerId === 'string' && { customerId }),
  };
};

type Store = Pick<Storage, 'getItem' | 'setItem'>;

/** Sessions last as long as the browser's tab. */
export const sessionStore = (store: Store) => ({
  read: (): Sessions => {
    try {
      return JSON.parse(store.getItem(STORE) ?? '{}') as Sessions;
    } catch {
      return {};
    }
  },
  write: (sessions: Sessions): void => store.setItem(STORE, JSON.stringify(sessions)),
});
