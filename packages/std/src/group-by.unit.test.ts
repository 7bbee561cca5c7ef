import { groupBy } from './group-by';

describe('groupBy', () => {
  it('keeps the order of keys and items', () =>
    expect([...groupBy(['b1', 'a1', 'b2'], ([first = '']) => first)]).toEqual([
      ['b', ['b1', 'b2']],
      ['a', ['a1']],
    ]));

  it('has no group without items', () => expect(groupBy([], String).size).toBe(0));
});
