import { keyKeeper } from './keys';

describe('the key of a button', () => {
  const keeper = () => {
    let made = 0;
    return keyKeeper(() => `k${++made}`);
  };

  it('stays while the same is asked and nobody answers', () => {
    const { keyFor } = keeper();
    expect([keyFor('a'), keyFor('a')]).toEqual(['k1', 'k1']);
  });

  it('is another for another request', () => {
    const { keyFor } = keeper();
    expect([keyFor('a'), keyFor('b')]).toEqual(['k1', 'k2']);
  });

  it('is another once it is decided, so that the same may be done twice on purpose', () => {
    const { keyFor, decided } = keeper();
    const first = keyFor('a');
    decided();
    expect([first, keyFor('a')]).toEqual(['k1', 'k2']);
  });
});
