import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EventEnvelope } from '@bankside/contracts';
/**
 * What the feeds of all services had after an afternoon of orders, payments, changes of numbers and goodbyes, sent to the
 * whole system through its API; by time, and each feed in its order.
 */
export const recorded: readonly EventEnvelope[] = readFileSync(join(__dirname, 'recorded.ndjson'), 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line) as EventEnvelope);
