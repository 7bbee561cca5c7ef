import { useCallback, useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { apiClient, type Api } from './api';
import { roles, type Role } from './roles';
import { endOf, sessionStore, type Session, type Sessions } from './session';
import { developmentSession } from './sign-in';
import { consistencyTokens } from './consistency-tokens';
import { sharedSessions } from './tabs';

const store = sessionStore(sessionStorage);
/** Consistency tokens of this page, shared by all roles. */
const ownWrites = consistencyTokens(() => Date.now());

/** A token is renewed this long before it ends, in milliseconds. */
const RENEW_BEFORE_MS = 5 * 60_000;
const CHECK_MS = 30_000;

/** The sessions by role, with an API client for each. Undefined until the other tabs have been asked for theirs. */
export const useSessions = () => {
  const [sessions, setSessions] = useState<Sessions>(() => store.read());
  const [isReady, setReady] = useState(() => Object.keys(store.read()).length > 0);
  const now = useRef(sessions);

  const keep = useCallback((all: Sessions) => {
    now.current = all;
    store.write(all);
    setSessions(all);
  }, []);
  const shared = useMemo(
    () =>
      sharedSessions(new BroadcastChannel('bankside.sessions'), {
        own: () => now.current,
        onSessions: keep,
      }),
    [keep],
  );
  useEffect(() => void shared.join().then(() => setReady(true)), [shared]);

  const put = useCallback(
    (changes: Sessions) => {
      keep({ ...now.current, ...changes });
      shared.publish(now.current);
    },
    [keep, shared],
  );

  const leave = useCallback(() => {
    keep({});
    shared.publish({});
  }, [keep, shared]);

  /** Renews a session, or marks it as ended, so that the user can sign in again without leaving the page. */
  const renew = useCallback(
    async (role: Role): Promise<boolean> => {
      const old = now.current[role];
      if (old === undefined || old.ended) return false;
      const next: Session | undefined = old.development
        ? await developmentSession(role, old.customerId).catch(() => undefined)
        : undefined;
      put({ [role]: next ?? { ...old, ended: true } });
      return next !== undefined;
    },
    [put],
  );

  useEffect(() => {
    const timer = setInterval(() => {
      for (const role of roles) {
        const { development = false, token = '' } = now.current[role] ?? {};
        if (development && (endOf(token) ?? Infinity) - Date.now() < RENEW_BEFORE_MS) void renew(role);
      }
    }, CHECK_MS);
    return () => clearInterval(timer);
  }, [renew]);

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

  return { sessions, apis, put, leave, isReady };
};
