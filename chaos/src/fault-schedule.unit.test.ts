import { kindOf, faultSchedule, type Targets } from './fault-schedule';

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
    expect(faultSchedule(7, MINUTE_MS, targets)).toEqual(faultSchedule(7, MINUTE_MS, targets));
    expect(faultSchedule(7, MINUTE_MS, targets)).not.toEqual(faultSchedule(8, MINUTE_MS, targets));
  });

  it('begins alike however long it is', () => {
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

  it('is over in time', () => {
    for (const { atMs } of faultSchedule(7, MINUTE_MS, targets)) expect(atMs).toBeLessThan(MINUTE_MS);
  });
});
