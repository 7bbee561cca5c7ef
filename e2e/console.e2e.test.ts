import { gunzipSync } from 'node:zlib';
import { request } from 'undici';

const { BANKSIDE_E2E_GATEWAY: gateway } = process.env;

/** Bytes of the first page that a browser transfers at most, headers apart. */
const FIRST_PAGE_BYTES = 100_000;

/** The names of files that a file of the page loads with it. */
const filesIn = (text: string): readonly string[] =>
  [...text.matchAll(/(?:(?:src|href)=|from|import)"(?:\.\/)?([\w-]+\.(?:js|css))"/g)].map(
    ([, name]) => name!,
  );

/** A file as it is transferred to a browser. */
const transfer = async (path: string) => {
  const { body, headers } = await request(`${gateway}/console/${path}`, {
    headers: { 'accept-encoding': 'gzip' },
  });
  const bytes = Buffer.from(await body.arrayBuffer());
  const text = headers['content-encoding'] === 'gzip' ? gunzipSync(bytes).toString() : bytes.toString();
  return { bytes: bytes.length, text };
};

describe('a browser at the gateway', () => {
  it('loads the console and every file that it references', async () => {
    const page = await fetch(`${gateway}/`);
    expect([page.status, page.url]).toEqual([200, `${gateway}/console/`]);
    const names = [...(await page.text()).matchAll(/(?:src|href)="(main-[^"]+)"/g)].map(([, name]) => name);
    expect(names).toHaveLength(2);
    for (const name of names) {
      const file = await fetch(new URL(name!, page.url));
      expect([name, file.status, file.headers.get('cache-control')]).toEqual([
        name,
        200,
        expect.stringContaining('immutable'),
      ]);
    }
  });

  it('transfers at most 100 kB for the first page', async () => {
    const seen = new Map<string, number>();
    const load = async (path: string): Promise<void> => {
      if (seen.has(path)) return;
      seen.set(path, 0);
      const { bytes, text } = await transfer(path);
      seen.set(path, bytes);
      await Promise.all(filesIn(text).map(load));
    };
    await load('');
    expect(seen.size).toBeGreaterThan(2);
    const total = [...seen.values()].reduce((sum, bytes) => sum + bytes, 0);
    expect(total).toBeGreaterThan(10_000);
    expect(total).toBeLessThanOrEqual(FIRST_PAGE_BYTES);
  });
});
