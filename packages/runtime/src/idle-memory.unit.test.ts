import { getHeapStatistics } from 'node:v8';
import { until } from '@bankside/tools';
import { releaseMemoryWhenIdle } from './idle-memory';

const RECORDS = 300_000;
const MIB = 2 ** 20;

const heap = (): number => getHeapStatistics().total_physical_size;

it('an idle process returns the memory that its work has left', async () => {
  let records: object[] = Array.from({ length: RECORDS }, (_, number) => ({ number, text: `no. ${number}` }));
  expect(records).toHaveLength(RECORDS);
  const full = heap();
  records = [];
  const stop = releaseMemoryWhenIdle(50);
  const released = async () => expect(heap()).toBeLessThan(full - 10 * MIB);
  await until(released, { what: 'less memory', timeoutMs: 10_000 }).finally(stop);
});
