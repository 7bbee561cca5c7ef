import { roles, type Role } from './roles';

/** The identity towards the API in one role. */
export type Session = Readonly<{
  token: string;
  /** The customer of a customer's session. */
  customerId?: string;
  /** Issued by the development issuer, which also renews it. */
  development?: boolean;
  /** The API no longer accepts the token: the user signs in again, and the page stays as it is. */
  ended?: boolean;
}>;
export type Sessions = Partial<Readonly<Record<Role, Session>>>;

/** Replaces the sessions of the page. */
export type SetSessions = (sessions: Sessions) => void;

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

/** Claims in which issuers put roles. Only the API decides what a role permits. */
const namedRoles = (claims: Claims): readonly unknown[] => {
  const realm = claims['realm_access'] as Readonly<{ roles?: unknown }> | undefined;
  return [claims['roles'], claims['role'], realm?.roles, claims['groups']].flat();
};

/** The roles and customer that a token claims. The page does not verify it. */
export const readToken = (token: string): Readonly<{ roles: readonly Role[]; customerId?: string }> => {
  const claims = claimsOf(token.trim());
  const named = namedRoles(claims);
  const customerId = claims['customerId'];
  return {
    roles: roles.filter((role) => named.includes(role)),
    ...(typeof customerId === 'string' && { customerId }),
  };
};

/** When a token ends, in milliseconds since 1970; undefined if it names no end. */
export const endOf = (token: string): number | undefined => {
  const { exp } = claimsOf(token);
  return typeof exp === 'number' ? exp * 1_000 : undefined;
};

type Store = Pick<Storage, 'getItem' | 'setItem'>;

/** Sessions in the storage of the browser tab. */
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
