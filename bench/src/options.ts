import { parseArgs } from 'node:util';

export type Options = Readonly<{
  names: readonly string[];
  json: boolean;
  list: boolean;
  /** Replaces the tables of `docs/performance.md`. */
  docs: boolean;
  /** Overrides each measurement's own number of rounds. */
  rounds?: number;
}>;

const ROUNDS = /^[1-9]\d?$/;

type Offered = Readonly<{ name: string; onRequest?: boolean }>;

/** @throws Error that names an unknown measurement or a wrong option */
export const readOptions = (args: readonly string[], offered: readonly Offered[]): Options => {
  const known = offered.map(({ name }) => name);
  const {
    values: { json, list, docs, rounds },
    positionals,
  } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      json: { type: 'boolean', default: false },
      list: { type: 'boolean', default: false },
      docs: { type: 'boolean', default: false },
      rounds: { type: 'string' },
    },
  });
  const unknown = positionals.find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw new Error(`Unknown measurement ${unknown}. Known measurements: ${known.join(', ')}.`);
  if (docs && positionals.length > 0) throw new Error('--docs needs all measurements.');
  if (rounds !== undefined && !ROUNDS.test(rounds))
    throw new Error(`The number of rounds must be 1 to 99, not ${rounds}.`);
  const byDefault = offered.filter(({ onRequest = false }) => !onRequest).map(({ name }) => name);
  const names = positionals.length === 0 ? byDefault : positionals;
  return { names, json, list, docs, ...(rounds !== undefined && { rounds: Number(rounds) }) };
};
