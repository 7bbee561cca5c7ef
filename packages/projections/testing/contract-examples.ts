import { contracts } from '@bankside/contracts';
import type { Fact } from './spec';

/** The example of each published event that the story lacks, in a stream of its own: a new event needs no story. */
export const examplesBeside = (story: readonly Fact[]): readonly Fact[] => {
  const included = new Set<string>(story.map(({ type }) => type));
  return Object.values(contracts)
    .flatMap((schemas) => Object.entries(schemas))
    .filter(([type]) => !included.has(type))
    .map(
      ([type, schema]) => ({ type, data: schema.meta()?.examples?.[0], stream: `example-${type}` }) as Fact,
    );
};
