import { kindOf, scheduleOf, type Targets } from './schedule';

const eventSourced = ['customers', 'accounts', 'cards', 'loans', 'orders', 'payments', 'inventory'];
const others = ['projection', 'composer', 'gateway', 'worker'];
const targets: Targets = {
  eventSourced,
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
    expect(scheduleOf(7, MINUTE_MS, targets)).toEqual(scheduleOf(7, MINUTE_MS, targets));
    expect(scheduleOf(7, MINUTE_MS, targets)).not.toEqual(scheduleOf(8, MINUTE_MS, targets));
  });

  it('begins alike however long it is', () => {
    const short = scheduleOf(7, MINUTE_MS, targets);
    expect(scheduleOf(7, 2 * MINUTE_MS, targets).slice(0, short.length)).toEqual(short);
  });

  it.each([1, 2, 3])('kills every kind of process within two minutes, seed %s', (seed) => {
    const killed = scheduleOf(seed, 2 * MINUTE_MS, targets).flatMap((one) =>
      one.type === 'kill' ? [kindOf(one.process)] : [],
    );
    expect(new Set(killed)).toEqual(new Set(targets.processes.map(kindOf)));
  });

  it.each([1, 2, 3])('kills more than a hundred times in ten minutes, seed %s', (seed) => {
    const schedule = scheduleOf(seed, 10 * MINUTE_MS, targets);
    expect(schedule.filter(({ type }) => type === 'kill').length).toBeGreaterThan(100);
    for (const type of ['pause', 'wipe-broker', 'faults'])
      expect(schedule.filter((one) => one.type === type).length).toBeGreaterThan(5);
  });

  it('is over in time', () => {
    for (const { atMs } of scheduleOf(7, MINUTE_MS, targets)) expect(atMs).toBeLessThan(MINUTE_MS);
  });
});
