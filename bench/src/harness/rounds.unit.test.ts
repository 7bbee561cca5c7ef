import { alternate } from './rounds';

const quiet = { say: () => undefined, pauseMs: 0 };

/** Two sides that count how often they were run, and write down the order. */
const twoSides = () => {
  const order: string[] = [];
  const side = (name: string, factor: number) => ({
    name,
    run: async () => {
      order.push(name);
      return { speed: order.filter((one) => one === name).length * factor };
    },
  });
  return { order, sides: [side('ours', 10), side('theirs', 5)] };
};

describe('rounds of two sides', () => {
  it('alternate, so that each begins as often as the other', async () => {
    const { order, sides } = twoSides();
    await alternate(sides, { ...quiet, rounds: 2 });
    expect(order).toEqual(['ours', 'theirs', 'theirs', 'ours', 'ours', 'theirs']);
  });
  it('leave the warm-up out', async () => {
    const { sides } = twoSides();
    const { samples } = await alternate(sides, { ...quiet, rounds: 2 });
    expect(samples('ours', 'speed')).toEqual([20, 30]);
  });
  it('are compared round by round', async () => {
    const { sides } = twoSides();
    const { ratio } = await alternate(sides, { ...quiet, rounds: 2 });
    expect(ratio('speed', 'ours', 'theirs')).toEqual([2, 2]);
  });
  it('have rows of those sides only that show the figure', async () => {
    const { sides } = twoSides();
    const silent = { name: 'silent', run: async () => ({}) };
    const { rows } = await alternate([...sides, silent], { ...quiet, rounds: 1 });
    expect(rows('speed', '/s').map(({ subject: side }) => side)).toEqual(['ours', 'theirs']);
  });
});
