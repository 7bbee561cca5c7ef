import { idempotencyKeys } from './idempotency-keys';

describe('the key of a button', () => {
  const keeper = () => {
    let made = 0;
    return idempotencyKeys(() => `k${++made}`);
  };

  it('stays the same while the request is unchanged and its outcome unknown', () => {
    const { keyFor } = keeper();
    expect([keyFor('a'), keyFor('a')]).toEqual(['k1', 'k1']);
  });

  it('changes with the request', () => {
    const { keyFor } = keeper();
    expect([keyFor('a'), keyFor('b')]).toEqual(['k1', 'k2']);
  });

  it('changes once the outcome is known, so that the same request can be made again on purpose', () => {
    const { keyFor, decided } = keeper();
    const first = keyFor('a');
    decided();
    expect([first, keyFor('a')]).toEqual(['k1', 'k2']);
  });
});
