import type { LiveEvent } from './api-types';
import { noEvents, withLive, withNewest, withOlder } from './event-list';

const event = (position: number, source = 'orders'): LiveEvent => ({
  id: `${source}/0/${position}`,
  type: `${source}.something.v1`,
  source,
  subject: 's',
  time: new Date(position).toISOString(),
  streamrevision: 1,
  feedposition: position,
  data: {},
});
const page = (...positions: readonly number[]) => ({
  events: positions.map((one) => event(one)),
  next: 'older',
  missing: [],
});
const positionsOf = ({ events }: { events: readonly LiveEvent[] }) =>
  events.map(({ feedposition }) => feedposition);

describe('the list of events', () => {
  it('is in the order of times, whatever order events arrive in', () => {
    const list = withLive(withLive(noEvents, [event(3), event(1, 'cards')]), [event(2), event(4)]);
    expect(positionsOf(list)).toEqual([4, 3, 2, 1]);
  });

  it('has an event once that arrives live and from the feed', () => {
    expect(positionsOf(withNewest(withLive(noEvents, [event(5), event(4)]), page(5, 4, 3)))).toEqual([
      5, 4, 3,
    ]);
  });

  it('keeps older events when the newest page reaches them', () => {
    const list = withOlder(withNewest(noEvents, page(4, 3)), page(2, 1));
    expect(positionsOf(withNewest(list, page(6, 5, 4)))).toEqual([6, 5, 4, 3, 2, 1]);
  });

  it('begins again when events are unknown between the newest page and those known', () => {
    const list = withNewest(noEvents, page(2, 1));
    expect(withNewest(list, page(9, 8))).toMatchObject({ next: 'older' });
    expect(positionsOf(withNewest(list, page(9, 8)))).toEqual([9, 8]);
  });
});
