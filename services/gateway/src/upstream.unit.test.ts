import { Outage, type Invoke, type Reply } from '@bankside/dapr';
import fc from 'fast-check';
import { instantClock } from '../testing/instant-clock';
import { retryOnOutage } from './upstream';

const LIMIT_MS = 5_000;
const PATIENCE_MS = 3_000;
const done: Reply = { status: 200, headers: {}, body: { depositId: 'd-1' } };
const problem = (name: string): Reply => ({
  status: 503,
  headers: {},
  body: { type: `/problems/${name}`, status: 503 },
});
const outage = new Outage('connection refused');

type Attempt = Readonly<{ atMs: number; timeoutMs: number }>;

/** Invokes a service that has this outcome at a time and takes `tookMs`; the clock advances only during these waits. */
const invocation = (outcomeAt: (atMs: number) => Reply | Error, tookMs = 0) => {
  const clock = instantClock();
  const attempts: Attempt[] = [];
  const invoke: Invoke = async (_appId, _method, _path, { timeoutMs } = {}) => {
    const atMs = clock.now();
    attempts.push({ atMs, timeoutMs: timeoutMs! });
    clock.advance(tookMs);
    const outcome = outcomeAt(atMs);
    if (outcome instanceof Error) throw outcome;
    return outcome;
  };
  return { attempts, run: () => retryOnOutage(invoke, clock, LIMIT_MS)('accounts', 'GET', '/accounts/1') };
};

describe('an invocation of a service that does not respond', () => {
  it('succeeds if the service responds within three seconds', () =>
    fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: PATIENCE_MS }), async (awayMs) => {
        const { run } = invocation((atMs) => (atMs < awayMs ? outage : done));
        expect(await run()).toBe(done);
      }),
    ));

  it('fails after three seconds, with a last attempt at the deadline', async () => {
    const { attempts, run } = invocation(() => outage);
    await expect(run()).rejects.toBe(outage);
    expect(attempts.at(-1)?.atMs).toBeCloseTo(PATIENCE_MS);
  });

  it('is retried with growing, jittered delays', async () => {
    const { attempts, run } = invocation(() => outage);
    await expect(run()).rejects.toBe(outage);
    const pauses = attempts.map(({ atMs }, index) => atMs - (attempts[index - 1]?.atMs ?? 0)).slice(1, -1);
    expect(pauses.length).toBeGreaterThan(4);
    for (const [index, pause] of pauses.entries()) {
      const about = Math.min(50 * 2 ** index, 400);
      expect(pause).toBeGreaterThanOrEqual(about / 2);
      expect(pause).toBeLessThanOrEqual(about * 1.5);
    }
  });

  it('stays within the time limit, however slowly the service fails', () =>
    fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: LIMIT_MS }), async (tookMs) => {
        const { attempts, run } = invocation(() => outage, tookMs);
        await expect(run()).rejects.toBe(outage);
        expect(attempts).not.toHaveLength(0);
        for (const { atMs, timeoutMs } of attempts) {
          expect(atMs + timeoutMs).toBeCloseTo(LIMIT_MS, 0);
          expect(atMs).toBeLessThan(PATIENCE_MS + 1);
        }
      }),
    ));

  it.each([
    ['again when a dependency of it is unavailable', problem('unavailable'), true],
    ['once when it reports too many concurrent writers', problem('busy'), false],
    ['once when it rejects', { ...done, status: 409 }, false],
  ])('attempts %s', async (_what, reply, again) => {
    const { attempts, run } = invocation(() => reply);
    expect(await run()).toBe(reply);
    expect(attempts.length > 1).toBe(again);
  });

  it('is not retried after an error of the gateway itself', async () => {
    const { attempts, run } = invocation(() => new TypeError('bug'));
    await expect(run()).rejects.toThrow('bug');
    expect(attempts).toHaveLength(1);
  });
});
