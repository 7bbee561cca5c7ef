const { BANKSIDE_E2E_GATEWAY: gateway } = process.env;

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
});
