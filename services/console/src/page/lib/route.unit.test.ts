import { linkTo, match, parseRoute } from './route';

describe('a place in the console', () => {
  it('converts to its link and back', () => {
    const link = linkTo(['operator', 'streams', 'accounts', 'account-1/2?'], { revision: 3, at: undefined });
    expect(link).toBe('#/operator/streams/accounts/account-1%2F2%3F?revision=3');
    expect(parseRoute(link)).toEqual({
      path: ['operator', 'streams', 'accounts', 'account-1/2?'],
      query: new Map([['revision', '3']]),
    });
  });

  it.each(['', '#', '#/'])('is the start page for the address %j', (hash) =>
    expect(parseRoute(hash).path).toEqual([]),
  );

  it('keeps a part that cannot be decoded', () =>
    expect(parseRoute('#/a/%E0%A4').path).toEqual(['a', '%E0%A4']));
});

describe('a path pattern', () => {
  it('returns the named parts of a matching path', () =>
    expect(match(['sagas', ':id'], ['sagas', 'o-1'])).toEqual({ id: 'o-1' }));

  it.each([[['sagas']], [['sagas', 'o-1', 'x']], [['views', 'o-1']]])('does not match %j', (path) =>
    expect(match(['sagas', ':id'], path)).toBeUndefined(),
  );
});
