import { join } from 'node:path';
import { holds, readOptions, readPurchases, runDemo } from '@bankside/demo';
import { signInAs } from './shop';

/** Enough for rejections, returns and loans among them. */
const PURCHASES = 24;
/** A token of any commit of `inventory`: with it, the list of products has all commits so far. */
const ALL_COMMITS = 'inventory/product-any@1';
const SAMPLE = join(__dirname, '..', 'demo', 'data', 'cdnow-sample.txt');

describe('the demo', () => {
  const lines: string[] = [];
  const console = { log: (line: string) => void lines.push(line), progress: () => undefined };
  const run = () => {
    const options = readOptions(['--limit', String(PURCHASES), '--concurrency', '8']);
    const purchases = readPurchases(SAMPLE, options, console.log);
    return runDemo(process.env['BANKSIDE_E2E_GATEWAY'] as string, purchases, options, console);
  };
  /** Every product with its stock, which changes with every new order. */
  const stockNow = async (): Promise<unknown> => {
    const operator = await signInAs({ role: 'operator' });
    try {
      const all: unknown[] = [];
      for (let cursor = ''; ;) {
        const { body } = await operator.get(`/api/products?limit=100${cursor}`, { token: ALL_COMMITS });
        all.push(...(body['products'] as readonly unknown[]));
        if (body['next'] === undefined) return all;
        cursor = `&cursor=${encodeURIComponent(body['next'] as string)}`;
      }
    } finally {
      await operator.close();
    }
  };

  it('confirms and rejects real purchases, keeps every invariant, and changes nothing in a second run', async () => {
    const first = await run();
    expect(lines.filter((line) => line.startsWith('VIOLATED'))).toEqual([]);
    expect(first).toMatchObject({ purchases: PURCHASES, orders: PURCHASES, malformed: 0 });
    expect(first.confirmed).toBeGreaterThan(0);
    expect(first.rejected).toBeGreaterThan(0);
    expect(first.confirmed + first.rejected + first.cancelled).toBe(PURCHASES);
    expect(first.returned).toBeGreaterThan(0);
    expect(first.loans).toBeGreaterThan(0);
    expect(holds(first)).toBe(true);

    const stock = await stockNow();
    const again = await run();
    const { sagasPerSecond: _rate, p50Ms: _p50, p99Ms: _p99, ...same } = again;
    expect(first).toMatchObject(same);
    expect(await stockNow()).toEqual(stock);
  });
});
