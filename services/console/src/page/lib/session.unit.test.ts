import { readToken, sessionStore } from './session';

const tokenWith = (claims: object): string =>
  `e30.${btoa(String.fromCharCode(...new TextEncoder().encode(JSON.stringify(claims))))
    .replaceAll('+', '-')
    .replaceAll('/', '_')}.x`;

describe('a token', () => {
  it('contains roles and a customer', () =>
    expect(readToken(tokenWith({ roles: ['customer', 'other'], customerId: 'ä-1' }))).toEqual({
      roles: ['customer'],
      customerId: 'ä-1',
    }));

  it('contains roles in the claims of other issuers', () =>
    expect(readToken(tokenWith({ realm_access: { roles: ['operator', 'teller'] } })).roles).toEqual([
      'teller',
      'operator',
    ]));

  it.each(['', 'x', 'a.b.c', tokenWith([])])('has no role when it is %j', (token) =>
    expect(readToken(token)).toEqual({ roles: [] }),
  );
});

describe('the store of sessions', () => {
  it('returns stored sessions, and none for unreadable data', () => {
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
