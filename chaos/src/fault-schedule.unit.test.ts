import { kindOf, faultSchedule, type Targets } from './fault-schedule';
import { networkSchedule } from './network-schedule';

const eventSourced = ['customers', 'accounts', 'cards', 'loans', 'orders', 'payments', 'inventory'];
const others = ['projection', 'composer', 'gateway', 'worker'];
const links = new Map([
  ['service→postgres', eventSourced.map((name) => `${name}→postgres`)],
  ['sidecar→service', eventSourced.map((name) => `${name}-dapr→${name}`)],
  ['sidecar→sidecar', ['gateway-dapr→accounts-dapr', 'worker-dapr→accounts-dapr']],
]);
const targets: Targets = {
  eventSourced,
  links,
  hasSwitches: true,
  restartsBroker: false,
  processes: [
    'postgres',
    'redis',
    'temporal',
    'ferretdb',
    ...[...eventSourced, ...others].flatMap((name) => [name, `${name}-dapr`]),
  ],
};
const MINUTE_MS = 60_000;

describe('the schedule of a chaos run', () => {
  it('follows from the seed', () => {
    expect(faultSchedule(7, MINUTE_MS, targets)).toEqual(faultSchedule(7, MINUTE_MS, targets));
    expect(faultSchedule(7, MINUTE_MS, targets)).not.toEqual(faultSchedule(8, MINUTE_MS, targets));
  });

  it('begins the same, however long it is', () => {
    const short = faultSchedule(7, MINUTE_MS, targets);
    expect(faultSchedule(7, 2 * MINUTE_MS, targets).slice(0, short.length)).toEqual(short);
  });

  it.each([1, 2, 3])('kills every kind of process within two minutes, seed %s', (seed) => {
    const killed = faultSchedule(seed, 2 * MINUTE_MS, targets).flatMap((one) =>
      one.type === 'kill' ? [kindOf(one.process)] : [],
    );
    expect(new Set(killed)).toEqual(new Set(targets.processes.map(kindOf)));
  });

  it.each([1, 2, 3])('kills more than a hundred times in ten minutes, seed %s', (seed) => {
    const schedule = faultSchedule(seed, 10 * MINUTE_MS, targets);
    expect(schedule.filter(({ type }) => type === 'kill').length).toBeGreaterThan(100);
    for (const type of ['pause', 'wipe-broker', 'faults'])
      expect(schedule.filter((one) => one.type === type).length).toBeGreaterThan(5);
  });

  it('turns no fault switch where one would not reach the whole service', () => {
    const schedule = faultSchedule(1, 10 * MINUTE_MS, { ...targets, hasSwitches: false });
    expect(schedule.length).toBeGreaterThan(100);
    expect(schedule.filter(({ type }) => type === 'faults')).toEqual([]);
  });

  it.each([1, 2, 3])('impairs links of every kind, in every way, within two minutes, seed %s', (seed) => {
    const schedule = networkSchedule(seed, 2 * MINUTE_MS, links);
    const hit = schedule.flatMap((one) => one.links);
    for (const [kind, some] of links)
      expect({ kind, hit: some.some((link) => hit.includes(link)) }).toEqual({ kind, hit: true });
    const faults = new Set(schedule.map((one) => (one.type === 'impair' ? one.fault : one.type)));
    expect([...faults].toSorted()).toEqual(
      [
        'bandwidth',
        'forget',
        'isolation',
        'latency',
        'loss-backward',
        'loss-forward',
        'partition',
        'reset',
      ].toSorted(),
    );
  });

  it('isolates a service together with its sidecar', () => {
    const isolated = networkSchedule(7, 60 * MINUTE_MS, links).flatMap((one) =>
      one.type === 'impair' && one.fault === 'isolation' ? [[...one.links].toSorted()] : [],
    );
    expect(isolated).toContainEqual(
      ['accounts→postgres', 'gateway-dapr→accounts-dapr', 'worker-dapr→accounts-dapr'].toSorted(),
    );
  });

  it('kills both replicas of consumers and of event-sourced services', () => {
    const replicas = ['accounts', 'projection', 'worker'].flatMap((name) => [name, `${name}-2`]);
    const processes = [...targets.processes, 'accounts-2', 'projection-2', 'worker-2'];
    const killed = faultSchedule(1, 10 * MINUTE_MS, { ...targets, processes }).flatMap((one) =>
      one.type === 'kill' ? [one.process] : [],
    );
    expect(new Set(killed)).toEqual(new Set([...killed, ...replicas]));
    expect(kindOf('worker-2')).toBe('worker');
    expect(kindOf('accounts-2')).toBe('service');
  });

  it.each([1, 2, 3])('restarts the broker where the run can, seed %s', (seed) => {
    const restarts = (restartsBroker: boolean) =>
      faultSchedule(seed, 10 * MINUTE_MS, { ...targets, restartsBroker }).filter(
        ({ type }) => type === 'restart-broker',
      ).length;
    expect(restarts(true)).toBeGreaterThan(5);
    expect(restarts(false)).toBe(0);
  });

  it('ends in time', () => {
    for (const { atMs } of faultSchedule(7, MINUTE_MS, targets)) expect(atMs).toBeLessThan(MINUTE_MS);
  });
});
