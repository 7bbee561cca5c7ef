import type { Clock } from '@bankside/composition';
import { Outage, type Invoke, type Reply } from '@bankside/dapr';
import fc from 'fast-check';
import { retryOnOutage } from './retry-on-outage';

const LIMIT_MS = 5_000;
const PATIENCE_MS = 3_000;
const done: Reply = { status: 200, headers: {}, body: { depositId: 'd-1' } };
const problem = (name: string): Reply => ({
  status: 503,
  headers: {},
  body: { type: `/problems/${name}`, status: 503 },
});
const nobody = new Outage('nobody there');

type Ask = Readonly<{ atMs: number; timeoutMs: number }>;

/** A service that does this at a time, and needs `tookMs` for it. Its clock goes only while somebody waits. */
const asking = (doing: (atMs: number) => Reply | Error, tookMs = 0) => {
  let time = 1_000_000;
  const startedAt = time;
  const clock: Clock = {
    now: () => time,
    after: (ms) => {
      time += ms;
      return { done: Promise.resolve(), clear: () => undefined };
    },
  };
  const asks: Ask[] = [];
  const invoke: Invoke = async (_appId, _method, _path, { timeoutMs } = {}) => {
    const atMs = time - startedAt;
    asks.push({ atMs, timeoutMs: timeoutMs! });
    time += tookMs;
    const outcome = doing(atMs);
    if (outcome instanceof Error) throw outcome;
    return outcome;
  };
  return { asks, answer: () => retryOnOutage(invoke, clock, LIMIT_MS)('accounts', 'GET', '/accounts/1') };
};

describe('an invocation of a service that does not respond', () => {
  it('succeeds if the service responds within three seconds', () =>
    fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: PATIENCE_MS }), async (awayMs) => {
        const { answer } = asking((atMs) => (atMs < awayMs ? nobody : done));
        expect(await answer()).toBe(done);
      }),
    ));

  it('fails after three seconds, with a last attempt at the deadline', async () => {
    const { asks, answer } = asking(() => nobody);
    await expect(answer()).rejects.toBe(nobody);
    expect(asks.at(-1)?.atMs).toBeCloseTo(PATIENCE_MS);
  });

  it('is retried with growing, jittered delays', async () => {
    const { asks, answer } = asking(() => nobody);
    await expect(answer()).rejects.toBe(nobody);
    const pauses = asks.map(({ atMs }, index) => atMs - (asks[index - 1]?.atMs ?? 0)).slice(1, -1);
    for (const [index, pause] of pauses.entries()) {
      const about = Math.min(50 * 2 ** index, 400);
      expect(pause).toBeGreaterThanOrEqual(about / 2);
      expect(pause).toBeLessThanOrEqual(about * 1.5);
    }
  });

  it('stays within the time limit, however slowly the service fails', () =>
    fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: LIMIT_MS }), async (tookMs) => {
        const { asks, answer } = asking(() => nobody, tookMs);
        await expect(answer()).rejects.toBe(nobody);
        for (const { atMs, timeoutMs } of asks) {
          expect(atMs + timeoutMs).toBeCloseTo(LIMIT_MS, 0);
          expect(atMs).toBeLessThan(PATIENCE_MS + 1);
        }
      }),
    ));

  it.each([
    ['again when it lacks a part of its own', problem('unavailable'), true],
    ['once when it says that too many write', problem('busy'), false],
    ['once when it refuses', { ...done, status: 409 }, false],
  ])('asks %s', async (_what, reply, again) => {
    const { asks, answer } = asking(() => reply);
    expect(await answer()).toBe(reply);
    expect(asks.length > 1).toBe(again);
  });

  it('is not retried after an error of the gateway itself', async () => {
    const { asks, answer } = asking(() => new TypeError('bug'));
    await expect(answer()).rejects.toThrow('bug');
    expect(asks).toHaveLength(1);
  });
});
