import { forEachConcurrently } from './for-each-concurrently';

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('forEachConcurrently', () => {
  it('runs a task for each item, and never more than the limit', async () => {
    let running = 0;
    const [started, atOnce]: [number[], number[]] = [[], []];
    await forEachConcurrently([1, 2, 3, 4, 5], 2, async (item) => {
      started.push(item);
      atOnce.push((running += 1));
      await turn();
      running -= 1;
    });
    expect(started).toEqual([1, 2, 3, 4, 5]);
    expect(Math.max(...atOnce)).toBe(2);
  });

  it('starts no task after a failure, and rejects with it', async () => {
    const started: number[] = [];
    const running = forEachConcurrently([1, 2, 3, 4, 5, 6], 2, async (item) => {
      started.push(item);
      await turn();
      if (item === 2) throw new Error('second');
      await turn();
    });
    await expect(running).rejects.toThrow('second');
    await turn();
    await turn();
    expect(started).toEqual([1, 2]);
  });

  it('resolves without items', () =>
    expect(forEachConcurrently([], 2, () => Promise.reject(new Error('none')))).resolves.toBeUndefined());
});
