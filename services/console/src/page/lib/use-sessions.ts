import { useCallback, useMemo, useRef, useState } from 'preact/hooks';
import { apiClient, type Api } from './api';
import type { Role } from './roles';
import { sessionStore, type Session, type Sessions } from './session';
import { developmentSession } from './sign-in';
import { consistencyTokens } from './consistency-tokens';

const store = sessionStore(sessionStorage);
/** Consistency tokens of this page, shared by all roles. */
const ownWrites = consistencyTokens(() => Date.now());

/** The sessions by role, with an API client for each. */
export const useSessions = () => {
  const [sessions, setSessions] = useState<Sessions>(() => store.read());
  const now = useRef(sessions);

  const put = useCallback((changes: Sessions) => {
    now.current = { ...now.current, ...changes };
    store.write(now.current);
    setSessions(now.current);
  }, []);

  const leave = useCallback(() => {
    now.current = {};
    store.write({});
    setSessions({});
  }, []);

  const renew = useCallback(
    async (role: Role): Promise<boolean> => {
      const old = now.current[role];
      const next: Session | undefined = old?.development
        ? await developmentSession(role, old.customerId).catch(() => undefined)
        : undefined;
      const { [role]: _, ...others } = now.current;
      if (next === undefined) {
        now.current = others;
        put({});
      } else put({ [role]: next });
      return next !== undefined;
    },
    [put],
  );

  const apis = useMemo(() => {
    const apiFor = (role: Role): Api =>
      apiClient({
        token: () => now.current[role]?.token ?? '',
        renew: () => renew(role),
        written: ownWrites,
        send: (path, request) => fetch(path, request),
        wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
      });
    return { customer: apiFor('customer'), teller: apiFor('teller'), operator: apiFor('operator') };
  }, [renew]);

  return { sessions, apis, put, leave };
};
