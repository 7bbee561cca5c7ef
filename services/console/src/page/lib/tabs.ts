import type { Sessions } from './session';

type Message = Readonly<{ kind: 'ask' } | { kind: 'sessions'; sessions: Sessions; isAnswer?: boolean }>;

/** How long a new tab waits for the sessions of another one, in milliseconds. */
const ANSWER_WITHIN_MS = 200;

type Channel = Pick<BroadcastChannel, 'postMessage' | 'addEventListener'>;

/**
 * Shares the sessions among the open tabs of the console in memory: nothing is stored beyond the last tab. Signing in or out
 * in one tab does so in all.
 */
export const sharedSessions = (
  channel: Channel,
  { own, onSessions }: Readonly<{ own: () => Sessions; onSessions: (sessions: Sessions) => void }>,
) => {
  const send = (message: Message): void => channel.postMessage(message);
  channel.addEventListener('message', ({ data }: MessageEvent<Message>) => {
    if (data.kind === 'sessions') {
      if (!data.isAnswer || Object.keys(own()).length === 0) onSessions(data.sessions);
    } else if (Object.keys(own()).length > 0) send({ kind: 'sessions', sessions: own(), isAnswer: true });
  });
  return {
    publish: (sessions: Sessions): void => send({ kind: 'sessions', sessions }),
    /** Requests the sessions of the other tabs; resolves once one has responded, or none will. */
    join: (): Promise<void> =>
      new Promise((resolve) => {
        const timer = setTimeout(resolve, ANSWER_WITHIN_MS);
        channel.addEventListener('message', () => {
          clearTimeout(timer);
          resolve();
        });
        send({ kind: 'ask' });
      }),
  };
};
