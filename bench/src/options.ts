import { parseArgs } from 'node:util';

export type Options = Readonly<{
  names: readonly string[];
  json: boolean;
  list: boolean;
  /** Instead of each measurement's own number. */
  rounds?: number;
}>;

const ROUNDS = /^[1-9]\d?$/;

/** @throws Error with one sentence for what is unknown */
export const readOptions = (args: readonly string[], known: readonly string[]): Options => {
  const {
    values: { json, list, rounds },
    positionals,
  } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      json: { type: 'boolean', default: false },
      list: { type: 'boolean', default: false },
      rounds: { type: 'string' },
    },
  });
  const unknown = positionals.find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw new Error(`There is no measurement ${unknown}. There are: ${known.join(', ')}.`);
  if (rounds !== undefined && !ROUNDS.test(rounds))
    throw new Error(`The number of rounds must be 1 to 99, not ${rounds}.`);
  const names = positionals.length === 0 ? known : positionals;
  return { names, json, list, ...(rounds !== undefined && { rounds: Number(rounds) }) };
};
