import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EventEnvelope } from '@bankside/contracts';
/**
 * The feeds of all services, recorded from a running system during orders, returns, transfers, loans, changes of
 * mobile numbers and closures. Sorted by time; each feed is in its order.
 */
export const recorded: readonly EventEnvelope[] = readFileSync(join(__dirname, 'recorded.ndjson'), 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line) as EventEnvelope);
