import { parseArgs } from 'node:util';

export type Options = Readonly<{
  names: readonly string[];
  json: boolean;
  list: boolean;
  /** Overrides each measurement's own number of rounds. */
  rounds?: number;
}>;

const ROUNDS = /^[1-9]\d?$/;

/** @throws Error that names an unknown measurement or a wrong option */
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
    throw new Error(`Unknown measurement ${unknown}. Known measurements: ${known.join(', ')}.`);
  if (rounds !== undefined && !ROUNDS.test(rounds))
    throw new Error(`The number of rounds must be 1 to 99, not ${rounds}.`);
  const names = positionals.length === 0 ? known : positionals;
  return { names, json, list, ...(rounds !== undefined && { rounds: Number(rounds) }) };
};
