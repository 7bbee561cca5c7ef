const { BANKSIDE_E2E_GATEWAY: gateway } = process.env;

describe('whoever comes to the gateway with a browser', () => {
  it('gets the console, with all that it names', async () => {
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
