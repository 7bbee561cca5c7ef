import type { EventEnvelope } from '@bankside/contracts';
import { Router } from 'express';

/** An owner's feed in memory. */
export const fakeFeed = (source: string) => {
  const events: EventEnvelope[] = [];
  let pulled = 0;
  const add = (customerId: string): EventEnvelope => {
    const position = events.length + 1;
    const event: EventEnvelope = {
      specversion: '1.0',
      id: `${source}/0/${position}`,
      type: `${source}.something-happened.v1`,
      source,
      subject: `thing-${customerId}`,
      time: '2026-01-01T00:00:00.000Z',
      datacontenttype: 'application/json',
      partitionkey: `thing-${customerId}`,
      feedpartition: 0,
      feedposition: position,
      streamrevision: position,
      data: { customerId },
    };
    events.push(event);
    return event;
  };
  const router = Router();
  router.get('/feed', (req, res) => {
    const [after, limit] = [Number(req.query['after']), Number(req.query['limit'])];
    const page = events.slice(after, after + limit);
    pulled += page.length;
    res.json({ events: page, head: events.length, partitions: 1 });
  });
  /** `pulled`: the number of events in all pages so far. */
  return { add, router, head: () => events.length, pulled: () => pulled };
};
