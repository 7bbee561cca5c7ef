import { randomUUID } from 'node:crypto';
import { createServiceDatabase } from '@bankside/tools';
import { Pool } from 'pg';
import { requestLogMigrations } from '../migrations';
import { requestLog, type RequestLog } from './request-log';

const ofOrder = { operation: 'placeOrder', method: 'POST', path: '/api/orders' };
const at = (second: number): string => new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString();

describe('the request log', () => {
  let pool: Pool;
  let log: RequestLog;
  const errors: unknown[] = [];
  beforeAll(async () => {
    const { url } = await createServiceDatabase('gateway', [requestLogMigrations]);
    pool = new Pool({ connectionString: url });
    log = requestLog(pool, (error) => errors.push(error));
    request(randomUUID(), 1, 202);
    await log.stop(); // The first write deletes what is too old, and then one each hour.
  });
  afterAll(() => pool.end());

  const handled = (correlationId: string, second: number, status: number, operation = 'placeOrder') => ({
    correlationId,
    at: at(second),
    endedAt: at(second + 1),
    operation,
    status,
  });
  const request = (...of: Parameters<typeof handled>): void => log.add(handled(...of));

  it('contains a request and its repeats, oldest first, and none of another story', async () => {
    const [story, other] = [randomUUID(), randomUUID()];
    request(story, 3, 202);
    request(story, 1, 503);
    request(other, 2, 202);
    await log.stop();
    expect(await log.of(story)).toEqual([
      { ...ofOrder, at: at(1), endedAt: at(2), status: 503 },
      { ...ofOrder, at: at(3), endedAt: at(4), status: 202 },
    ]);
    expect(await log.of(randomUUID())).toEqual([]);
  });

  it('leaves out an operation that no longer exists', async () => {
    const story = randomUUID();
    request(story, 1, 200, 'removed');
    await log.stop();
    expect(await log.of(story)).toEqual([]);
  });

  it('deletes requests older than thirty days', async () => {
    const story = randomUUID();
    request(story, 1, 202);
    await log.stop();
    expect(await log.of(story)).toHaveLength(1);
    const later = requestLog(pool, (error) => errors.push(error));
    later.add(handled(randomUUID(), 1, 202));
    await later.stop();
    expect(await log.of(story)).toEqual([]);
    expect(errors).toEqual([]);
  });

  it('cannot be rewritten by the service', async () => {
    await expect(pool.query('update request set status = 200')).rejects.toThrow('permission denied');
  });

  it('reports a failure to write, and a failure to read, without holding up a request', async () => {
    const broken = new Pool({ connectionString: 'postgres://nobody@127.0.0.1:1/none' });
    const failures: unknown[] = [];
    const without = requestLog(broken, (error) => failures.push(error));
    without.add(handled(randomUUID(), 1, 202));
    await without.stop();
    expect(failures).toHaveLength(1);
    await expect(without.of(randomUUID())).rejects.toThrow('ECONNREFUSED');
    await broken.end();
  });
});
