import { requestCounter } from './vitals';

const SECOND = 1_000;

describe('the request counter of a service', () => {
  const start = () => {
    let at = 50 * SECOND;
    const counter = requestCounter(() => at);
    return { ...counter, pass: (ms: number) => void (at += ms) };
  };

  it('returns the requests of the last complete second by caller, and those that failed', () => {
    const { add, read, pass } = start();
    add('gateway', 1, 200);
    add('gateway', 1, 503);
    add('worker', 1, 409);
    expect(read().callers).toEqual({});
    pass(SECOND);
    expect(read().callers).toEqual({ gateway: { count: 2, failed: 1 }, worker: { count: 1, failed: 0 } });
    pass(SECOND);
    expect(read().callers).toEqual({});
  });

  it('forgets a second that is followed by a quiet one', () => {
    const { add, read, pass } = start();
    add('gateway', 1, 200);
    pass(5 * SECOND);
    add('gateway', 1, 200);
    expect(read().callers).toEqual({});
  });

  it('returns the 95th percentile of the last 30 seconds, none without requests', () => {
    const { add, read, pass } = start();
    expect(read().p95Ms).toBeUndefined();
    for (let ms = 1; ms <= 100; ms += 1) add('gateway', ms, 200);
    expect(read().p95Ms).toBe(95);
    pass(31 * SECOND);
    expect(read().p95Ms).toBeUndefined();
  });

  it('counts unexpected errors, and not outages of others', () => {
    const { add, read } = start();
    add('gateway', 1, 500);
    add('gateway', 1, 503);
    expect(read().crashes).toBe(1);
  });
});
