import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FeedEvent } from '@bankside/feed';

/**
 * What the feeds of all services had after an afternoon of orders, payments, changes of numbers and goodbyes, sent to the
 * whole system through its API; by time, and each feed in its order.
 */
export const recorded: readonly FeedEvent[] = readFileSync(join(__dirname, 'recorded.ndjson'), 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line) as FeedEvent);
