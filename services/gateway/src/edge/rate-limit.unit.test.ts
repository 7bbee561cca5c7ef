import type { Response } from 'express';
import { rateLimiter } from './rate-limit';

describe('a limit of 10 calls a second', () => {
  const start = (perSecond = 10) => {
    let now = 0;
    const limit = rateLimiter({ perSecond, now: () => now });
    const call = (caller: string) => {
      const headers: Record<string, string> = {};
      const res = { set: (name: string, value: string) => (headers[name] = value) } as unknown as Response;
      limit(caller, res);
      return headers;
    };
    const calls = (caller: string, count: number): void => {
      for (let done = 0; done < count; done += 1) call(caller);
    };
    return { call, calls, pass: (ms: number) => void (now += ms) };
  };
  const refused = expect.objectContaining({ status: 429, retryAfter: 1 });

  it('lets two seconds of calls through at once, and refuses one more', () => {
    const { calls, call } = start();
    calls('a', 20);
    expect(() => call('a')).toThrow(refused);
  });

  it('counts callers apart', () => {
    const { calls, call } = start();
    calls('a', 20);
    expect(() => call('b')).not.toThrow();
  });

  it('lets calls through again as time passes, and never more than two seconds of them', () => {
    const { calls, call, pass } = start();
    calls('a', 20);
    pass(500);
    calls('a', 5);
    expect(() => call('a')).toThrow(refused);
    pass(3_600_000);
    calls('a', 20);
    expect(() => call('a')).toThrow(refused);
  });

  it('tells the caller how it stands', () => {
    const { calls, call } = start();
    calls('a', 14);
    expect(call('a')).toEqual({ 'RateLimit-Policy': '"caller";q=20;w=2', RateLimit: '"caller";r=5;t=2' });
  });

  it('is none when it is 0', () => {
    const { calls, call } = start(0);
    calls('a', 1_000);
    expect(call('a')).toEqual({});
  });
});
