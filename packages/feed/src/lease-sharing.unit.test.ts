import { sumOf } from '@bankside/std';
import { randomFrom } from '@bankside/std/random';
import { leaseSharing, type LeaseRequest } from './lease-sharing';

const count = (to: number) => Array.from({ length: to }, (_, index) => index);

/** Replicas that exchange requests and move leases at once. */
const cluster = (leases: number) => {
  const names = count(leases).map((index) => `lease-${index}`);
  let clock = 0;
  let moves = 0;
  const replica = () => {
    const held = new Set<string>();
    const sharing = leaseSharing({ held: () => [...held], send, now: () => clock });
    return { held, sharing };
  };
  const replicas: Array<ReturnType<typeof replica>> = [];
  const send = async (request: LeaseRequest): Promise<void> => {
    const holder = replicas.find(({ held }) => held.has(request.name));
    if (!holder?.sharing.yields(request)) return;
    holder.held.delete(request.name);
    moves += 1;
  };
  const free = () => names.filter((name) => !replicas.some(({ held }) => held.has(name)));
  return {
    loads: () => replicas.map(({ held }) => held.size).toSorted((one, other) => one - other),
    moves: () => moves,
    join: () => void replicas.push(replica()),
    leave: (index: number) => void replicas.splice(index, 1),
    /** A second: every replica takes what is free or asks for one lease. */
    step: async (random: () => number): Promise<void> => {
      clock += 1_000;
      for (const { held, sharing } of replicas.toSorted(() => random() - 0.5)) {
        const takes = free().filter((name) => !sharing.isYielded(name));
        if (takes.length > 0) for (const name of takes) held.add(name);
        else {
          const others = names.filter((name) => !held.has(name));
          const wanted = others[Math.floor(random() * others.length)];
          if (wanted === undefined || !(await sharing.ask(wanted, leases))) continue;
          if (free().includes(wanted)) held.add(wanted);
        }
      }
    },
  };
};

describe('leases that replicas share', () => {
  it('are spread evenly after each join and leave, and then stay where they are', async () => {
    for (const leases of [1, 2, 5, 12]) {
      const random = randomFrom(leases);
      const replicas = cluster(leases);
      for (const change of ['join', 'join', 'join', 'leave', 'join', 'leave', 'leave']) {
        if (change === 'join') replicas.join();
        else replicas.leave(Math.floor(random() * replicas.loads().length));
        for (let second = 0; second < 80; second += 1) await replicas.step(random);
        const loads = replicas.loads();
        expect(sumOf(loads)).toBe(leases);
        expect(loads.at(-1)! - loads[0]!).toBeLessThanOrEqual(1);
        const settled = replicas.moves();
        for (let second = 0; second < 40; second += 1) await replicas.step(random);
        expect(replicas.moves()).toBe(settled);
      }
    }
  });

  it('move only to a replica that holds at least two fewer, and not twice for one request', () => {
    const { yields } = leaseSharing({
      held: () => ['a', 'b', 'c'],
      send: async () => undefined,
      now: () => 0,
    });
    expect(yields({ name: 'a', held: 2 })).toBe(false);
    expect(yields({ name: 'a', held: 1 })).toBe(true);
    expect(yields({ name: 'a', held: 0 })).toBe(false);
    expect(yields({ name: 'b', held: 1 })).toBe(false);
    expect(yields({ name: 'b', held: 0 })).toBe(true);
  });

  it('are left to the replica that asked for five seconds, and are taken back if it does not take them', () => {
    let clock = 0;
    const sharing = leaseSharing({
      held: () => ['a', 'b'],
      send: async () => undefined,
      now: () => clock,
    });
    expect(sharing.yields({ name: 'a', held: 0 })).toBe(true);
    clock = 4_999;
    expect(sharing.isYielded('a')).toBe(true);
    clock = 5_000;
    expect(sharing.isYielded('a')).toBe(false);
  });

  it('are requested once a second, and not at all if no replica can hold two more', async () => {
    const sent: LeaseRequest[] = [];
    let clock = 0;
    const sharing = leaseSharing({
      held: () => ['a'],
      send: async (request) => void sent.push(request),
      now: () => clock,
    });
    expect(await sharing.ask('b', 3)).toBe(false);
    expect(await sharing.ask('b', 4)).toBe(true);
    expect(await sharing.ask('c', 4)).toBe(false);
    clock = 1_000;
    expect(await sharing.ask('c', 4)).toBe(true);
    expect(sent).toEqual([
      { name: 'b', held: 1 },
      { name: 'c', held: 1 },
    ]);
  });
});
