import { views } from '../views';
import type { Audit } from './audit';
import { audits } from './audits';

const generation = { view: views[0]!, number: 1 };
const found: Audit = { equal: true, documents: 1, events: 2, moving: 0, differences: [] };

/** Audits that end when the test says so. */
const world = () => {
  const running: Array<Readonly<{ resolve: (found: Audit) => void; reject: (error: Error) => void }>> = [];
  const ask = audits({
    run: () => new Promise((resolve, reject) => void running.push({ resolve, reject })),
    waitMs: 1,
  });
  return { running, ask };
};

describe('an audit', () => {
  it('that takes long goes on, and is told to who asks again, once', async () => {
    const { running, ask } = world();
    expect(await ask(generation)).toBeUndefined();
    expect(await ask(generation)).toBeUndefined();
    running[0]!.resolve(found);
    expect(await ask(generation)).toBe(found);
    expect(running).toHaveLength(1);
    expect(await ask(generation)).toBeUndefined(); // A new one.
    expect(running).toHaveLength(2);
  });

  it('is one for all who wait for it', async () => {
    const { running, ask } = world();
    const asked = [ask(generation), ask(generation)];
    running[0]!.resolve(found);
    expect(await Promise.all(asked)).toEqual([found, found]);
    expect(running).toHaveLength(1);
  });

  it('that failed is told as such, and begun again by who asks next', async () => {
    const { running, ask } = world();
    const asked = ask(generation);
    running[0]!.reject(new Error('no feed'));
    await expect(asked).rejects.toThrow('no feed');
    expect(await ask(generation)).toBeUndefined();
    expect(running).toHaveLength(2);
  });

  it('of another generation is another one', async () => {
    const { running, ask } = world();
    await Promise.all([ask(generation), ask({ ...generation, number: 2 })]);
    expect(running).toHaveLength(2);
  });
});
