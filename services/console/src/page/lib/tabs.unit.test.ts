import type { Sessions } from './session';
import { sharedSessions } from './tabs';

type Listener = (event: MessageEvent) => void;

/** Tabs of one browser: each message reaches all others. */
const browser = () => {
  const listeners = new Map<object, Listener[]>();
  const tab = (sessions: Sessions = {}) => {
    const state = { sessions };
    const channel = {
      postMessage: (data: unknown) => {
        for (const [one, heard] of listeners)
          if (one !== channel)
            for (const listen of heard) listen({ data: structuredClone(data) } as MessageEvent);
      },
      addEventListener: (_type: string, listener: Listener) =>
        void listeners.set(channel, [...(listeners.get(channel) ?? []), listener]),
    };
    const shared = sharedSessions(channel as unknown as BroadcastChannel, {
      own: () => state.sessions,
      onSessions: (received) => {
        state.sessions = received;
      },
    });
    return { state, ...shared };
  };
  return { tab };
};

const TELLER: Sessions = { teller: { token: 'a.b.c' } };

describe('the sessions of the tabs of a browser', () => {
  it('are those of an open tab in a new one', async () => {
    const { tab } = browser();
    tab(TELLER);
    const second = tab();
    await second.join();
    expect(second.state.sessions).toEqual(TELLER);
  });

  it('are none in the first tab', async () => {
    const first = browser().tab();
    await first.join();
    expect(first.state.sessions).toEqual({});
  });

  it('end in all tabs at once', () => {
    const { tab } = browser();
    const [first, second] = [tab(TELLER), tab(TELLER)];
    first.publish({});
    expect(second.state.sessions).toEqual({});
  });

  it('stay those of a signed-in tab when a third one joins', async () => {
    const { tab } = browser();
    const operator: Sessions = { operator: { token: 'd.e.f' } };
    tab(TELLER);
    const second = tab(operator);
    await tab().join();
    expect(second.state.sessions).toEqual(operator);
  });
});
