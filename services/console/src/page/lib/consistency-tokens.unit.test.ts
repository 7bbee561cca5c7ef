import { consistencyTokens } from './consistency-tokens';

describe('the consistency tokens of the page', () => {
  const at = (start = 0) => {
    let now = start;
    return { tokens: consistencyTokens(() => now), pass: (ms: number) => void (now += ms) };
  };

  it('are empty at first', () => expect(at().tokens.header()).toBeUndefined());

  it('keep the last revision of each stream', () => {
    const { tokens } = at();
    tokens.add('accounts/account-1@1');
    tokens.add('orders/order-1@1');
    tokens.add('accounts/account-1@2');
    expect(tokens.header()).toBe('orders/order-1@1,accounts/account-1@2');
  });

  it('expire once every view must include the write', () => {
    const { tokens, pass } = at();
    tokens.add('accounts/account-1@1');
    pass(30_001);
    expect(tokens.header()).toBeUndefined();
  });

  it('never exceed the number that one read may carry', () => {
    const { tokens } = at();
    for (let one = 1; one <= 30; one += 1) tokens.add(`accounts/account-${one}@1`);
    expect(tokens.header()?.split(',')).toHaveLength(8);
    expect(tokens.header()).toContain('account-30@1');
  });
});
