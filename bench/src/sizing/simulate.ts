import { percentile } from '@bankside/std';
import type { Random } from '@bankside/std/random';

/** `lanes` queues with `servers` servers each. A pool of processes is one lane; partitions are lanes of one server. */
export type Station = Readonly<{ name: string; lanes: number; servers: number }>;
/** `ms` of service on average; `share`: the share of the orders that visit the station, by default all of them. */
export type Visit = Readonly<{ station: string; ms: number; share?: number }>;

type SimulationOptions = Readonly<{
  stations: readonly Station[];
  /** One after another, by every order, until it counts as done. */
  path: readonly Visit[];
  /** What follows then: it keeps stations busy, and no caller waits for it. */
  afterwards?: readonly Visit[];
  perSecond: number;
  orders: number;
  random: Random;
}>;

type Job = { readonly arrivedAt: number; next: number };
type Lane = { free: number; readonly queue: Job[]; busyMs: number };
type Event = Readonly<{ at: number; happen: () => void }>;

/** Events in the order of their times: a binary heap. */
const agenda = () => {
  const heap: Event[] = [];
  const before = (one: number, other: number): boolean => heap[one]!.at < heap[other]!.at;
  const swap = (one: number, other: number): void => {
    [heap[one], heap[other]] = [heap[other]!, heap[one]!];
  };
  return {
    add: (event: Event): void => {
      heap.push(event);
      for (
        let index = heap.length - 1;
        index > 0 && before(index, (index - 1) >> 1);
        index = (index - 1) >> 1
      )
        swap(index, (index - 1) >> 1);
    },
    take: (): Event | undefined => {
      const first = heap[0];
      const last = heap.pop();
      if (heap.length === 0 || last === undefined) return first;
      heap[0] = last;
      for (let index = 0; ;) {
        const [left, right] = [2 * index + 1, 2 * index + 2];
        let least = index;
        if (left < heap.length && before(left, least)) least = left;
        if (right < heap.length && before(right, least)) least = right;
        if (least === index) return first;
        swap(index, least);
        index = least;
      }
    },
  };
};

/** An exponentially distributed time. */
const spread = (mean: number, random: Random): number => -mean * Math.log(1 - random());

/** Orders that arrive at random and queue at each station of their path. @returns times in milliseconds, utilization by station */
export const simulate = (options: SimulationOptions) => {
  const { stations, path, afterwards = [], perSecond, orders, random } = options;
  const visits = [...path, ...afterwards];
  const events = agenda();
  const lanes = new Map(
    stations.map(({ name, lanes: count, servers }) => [
      name,
      Array.from({ length: count }, (): Lane => ({ free: servers, queue: [], busyMs: 0 })),
    ]),
  );
  const times: number[] = [];
  let now = 0;

  const serve = (lane: Lane, job: Job, ms: number): void => {
    const took = spread(ms, random);
    lane.free -= 1;
    lane.busyMs += took;
    events.add({
      at: now + took,
      happen: () => {
        lane.free += 1;
        const waiting = lane.queue.shift();
        if (waiting !== undefined) serve(lane, waiting, visits[waiting.next]!.ms);
        job.next += 1;
        enter(job);
      },
    });
  };
  const enter = (job: Job): void => {
    if (job.next === path.length) times.push(now - job.arrivedAt);
    const visit = visits[job.next];
    if (visit === undefined) return;
    if (visit.share !== undefined && random() >= visit.share) {
      job.next += 1;
      return enter(job);
    }
    const all = lanes.get(visit.station)!;
    const lane = all[Math.floor(random() * all.length)]!;
    if (lane.free > 0) serve(lane, job, visit.ms);
    else lane.queue.push(job);
  };

  for (let order = 0, at = 0; order < orders; order += 1) {
    at += spread(1_000 / perSecond, random);
    events.add({ at, happen: () => enter({ arrivedAt: now, next: 0 }) });
  }
  for (let event = events.take(); event !== undefined; event = events.take()) {
    now = event.at;
    event.happen();
  }
  const settled = times.slice(Math.floor(times.length / 10)); // The first orders find empty queues.
  return {
    p50Ms: percentile(settled, 0.5),
    p99Ms: percentile(settled, 0.99),
    utilization: new Map(
      stations.map(({ name, servers }) => {
        const all = lanes.get(name)!;
        const busyMs = all.reduce((sum, lane) => sum + lane.busyMs, 0);
        return [name, busyMs / (now * servers * all.length)];
      }),
    ),
  };
};
