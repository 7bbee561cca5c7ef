import { timelineOf, type InjectedDisruption } from './timeline';

const entry = (begunMs: number, outcome: 'accepted' | 'rejected' | 'unknown', unknowns = 0) => ({
  begunMs,
  outcome,
  unknowns,
});
const kill: InjectedDisruption = {
  atMs: 12_500.4,
  kind: 'kill',
  target: 'postgres',
  forMs: 0,
  recoveredMs: 800.6,
};
const partition: InjectedDisruption = { atMs: 11_000, kind: 'partition', target: 'a→b', forMs: 2_000.2 };

describe('the timeline of a run', () => {
  const timeline = timelineOf({
    entries: [
      entry(9_999, 'accepted'),
      entry(10_000, 'accepted'),
      entry(10_999, 'rejected'),
      entry(11_000, 'accepted', 2),
      entry(11_500, 'rejected', 1),
      entry(12_000, 'unknown', 3),
      entry(99_000, 'accepted'),
    ],
    disruptions: [kill, partition],
    fromMs: 10_000,
    untilMs: 13_500,
  });

  it('counts the commands that began in each second of the load, and no others', () =>
    expect(timeline.commands).toEqual([2, 2, 1, 0]));
  it('counts a command as unknown when any of its calls was', () =>
    expect(timeline.unknown).toEqual([0, 2, 1, 0]));
  it('counts a command as rejected only when it was not unknown before', () =>
    expect(timeline.rejected).toEqual([1, 0, 0, 0]));
  it('has the disruptions in the order of their times since the load began', () =>
    expect(timeline.disruptions).toEqual([
      { atMs: 1_000, kind: 'partition', target: 'a→b', forMs: 2_000 },
      { atMs: 2_500, kind: 'kill', target: 'postgres', forMs: 0, recoveredMs: 801 },
    ]));
});
