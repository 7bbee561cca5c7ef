import { recoveriesOf, slowestOf, type Injection } from './recoveries';

const LINKS = [
  'orders→postgres',
  'orders-dapr→redis',
  'orders-dapr→loans-dapr',
  'views→ferretdb',
  'ferretdb→postgres',
];

const kill = (process: string, atMs: number, readyAt?: number): Injection => ({
  atMs,
  kind: 'kill',
  target: process,
  forMs: 0,
  hits: [process],
  ...(readyAt !== undefined && { readyAtMs: { [process]: readyAt } }),
});
const partition = (
  link: string,
  [atMs, untilMs]: readonly [number, number],
  readyAtMs: Readonly<Record<string, number>>,
): Injection => ({ atMs, kind: 'partition', target: link, forMs: untilMs - atMs, hits: [link], readyAtMs });

const ofFirst = (...injections: readonly Injection[]) => {
  const { recoveredMs, undisturbedMs, waitedFor } = recoveriesOf(injections, LINKS)[0]!;
  return { recoveredMs, undisturbedMs, waitedFor };
};

describe('the recovery from a disruption', () => {
  const own = partition('orders→postgres', [0, 1_000], { orders: 5_000, postgres: 1_000 });

  it('lasts until the last of its processes is ready', () =>
    expect(ofFirst(own)).toEqual({ recoveredMs: 4_000, undisturbedMs: 4_000, waitedFor: 'orders' }));

  it.each([
    ['another link of the same process', partition('orders-dapr→redis', [500, 4_000], {}), 1_000],
    ['a store of the same process', kill('postgres', 3_000, 4_500), 500],
    ['the process itself', kill('orders', 2_000, 5_000), 0],
    ['its sidecar, which is still not ready', kill('orders-dapr', 2_000, 9_000), 0],
    [
      'a link to the sidecar of another service',
      partition('orders-dapr→loans-dapr', [500, 4_000], {}),
      4_000,
    ],
    ['the store of a process that it does not use', kill('ferretdb', 3_000, 4_500), 4_000],
    ['the process after it was ready', kill('orders', 6_000, 7_000), 4_000],
  ])('is disturbed by a disruption of what the process needs: %s', (_name, other, undisturbedMs) =>
    expect(ofFirst(own, other)).toEqual({ recoveredMs: 4_000, undisturbedMs, waitedFor: 'orders' }),
  );

  it('of a process is disturbed by a disruption of what its store needs', () =>
    expect(
      ofFirst(kill('views', 0, 5_000), partition('ferretdb→postgres', [0, 3_000], {})).undisturbedMs,
    ).toBe(2_000));

  it('begins again with a second kill of the same process', () =>
    expect(
      recoveriesOf([kill('orders', 0, 5_000), kill('orders', 2_000, 5_000)], LINKS).map(
        ({ undisturbedMs }) => undisturbedMs,
      ),
    ).toEqual([3_000, 3_000]));

  it('is unknown when no process was ready again', () =>
    expect(ofFirst(kill('orders', 0))).toEqual({
      recoveredMs: undefined,
      undisturbedMs: undefined,
      waitedFor: undefined,
    }));

  it('is among the slowest by its undisturbed time', () => {
    const disruptions = recoveriesOf(
      [kill('orders', 0, 5_000), kill('views', 10_000, 16_000), kill('redis', 20_000), own],
      LINKS,
    );
    expect(slowestOf(disruptions, 2).map(({ target }) => target)).toEqual(['views', 'orders']);
  });
});
