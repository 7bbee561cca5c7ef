import { loadFor, loadOf } from './load';

const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

describe('a closed-loop load', () => {
  it('makes the given number of calls with at most one open call per client', async () => {
    let [under, most] = [0, 0];
    const turns: number[] = [];
    const { done } = await loadOf(10, 3, async (turn) => {
      under += 1;
      most = Math.max(most, under);
      turns.push(turn);
      await nextTurn();
      under -= 1;
    });
    expect({ done, most, turns }).toEqual({ done: 10, most: 3, turns: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] });
  });
  it('runs for the given time', async () => {
    let nowMs = 0;
    const clock = jest.spyOn(performance, 'now').mockImplementation(() => nowMs);
    const asked = new Set<number>();
    const load = await loadFor(20, 2, (client) => {
      asked.add(client);
      nowMs += 5;
      return Promise.resolve();
    });
    clock.mockRestore();
    expect(asked).toEqual(new Set([0, 1]));
    expect(load.done).toBe(4);
    expect(load.perSecond).toBe(200);
  });
  it('rejects with the first failure', async () => {
    await expect(loadOf(5, 1, async () => Promise.reject(new Error('refused')))).rejects.toThrow('refused');
  });
});
