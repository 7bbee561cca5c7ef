import { readToken, sessionStore } from './session';

const tokenWith = (claims: object): string =>
  `e30.${btoa(String.fromCharCode(...new TextEncoder().encode(JSON.stringify(claims))))
    .replaceAll('+', '-')
    .replaceAll('/', '_')}.x`;

describe('a token', () => {
  it('tells its roles and its customer', () =>
    expect(readToken(tokenWith({ roles: ['customer', 'other'], customerId: 'ä-1' }))).toEqual({
      roles: ['customer'],
      customerId: 'ä-1',
    }));

  it('tells roles where other issuers say them', () =>
    expect(readToken(tokenWith({ realm_access: { roles: ['operator', 'teller'] } })).roles).toEqual([
      'teller',
      'operator',
    ]));

  it.each(['', 'x', 'a.b.c', tokenWith([])])('is good for nothing when it is %j', (token) =>
    expect(readToken(token)).toEqual({ roles: [] }),
  );
});

describe('the store of sessions', () => {
  it('gives back what was written, and nothing for what it cannot read', () => {
    const kept = new Map<string, string>();
    const store = sessionStore({
      getItem: (name) => kept.get(name) ?? null,
      setItem: (name, value) => void kept.set(name, value),
    });
    expect(store.read()).toEqual({});
    store.write({ teller: { token: 't' } });
    expect(store.read()).toEqual({ teller: { token: 't' } });
    kept.set([...kept.keys()][0]!, '{');
    expect(store.read()).toEqual({});
  });
});
