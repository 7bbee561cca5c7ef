import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** Returns the next number from 0 up to, not including, 1. */
export type Random = () => number;

/** A generator whose numbers depend on the seed alone. */
export const randomFrom = (seed: number): Random => {
  const generator = xoroshiro128plus(seed);
  return () => uniformFloat64(generator);
};

/** A whole number from `least` to `most`. */
export const between = (random: Random, least: number, most: number): number =>
  least + Math.floor(random() * (most - least + 1));

export const pick = <T>(random: Random, items: readonly T[]): T =>
  items[between(random, 0, items.length - 1)]!;

/** Picks an item with a probability proportional to its weight. */
export const weighted = <T>(random: Random, choices: readonly (readonly [weight: number, item: T])[]): T => {
  const total = choices.reduce((sum, [weight]) => sum + weight, 0);
  let left = random() * total;
  for (const [weight, item] of choices) {
    left -= weight;
    if (left < 0) return item;
  }
  return choices.at(-1)![1];
};

/** A shuffled copy (Fisher-Yates). */
export const shuffled = <T>(random: Random, items: readonly T[]): T[] => {
  const result = [...items];
  for (let last = result.length - 1; last > 0; last -= 1) {
    const other = between(random, 0, last);
    [result[last], result[other]] = [result[other]!, result[last]!];
  }
  return result;
};

/** Prints the seed of a random test; set `TEST_SEED` to it to repeat a failure. */
export const testSeed = (given: string | undefined): number => {
  const seed = given === undefined ? Date.now() % 2 ** 31 : Number(given);
  console.info(`TEST_SEED=${seed}`);
  return seed;
};

/** A generator for tests that prints its seed. */
export const seededRandom = (given: string | undefined): Random => randomFrom(testSeed(given));
