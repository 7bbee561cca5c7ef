import { parseArgs } from 'node:util';

export type Options = Readonly<{ names: readonly string[]; json: boolean; list: boolean }>;

/** @throws Error with one sentence for what is unknown */
export const readOptions = (args: readonly string[], known: readonly string[]): Options => {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { json: { type: 'boolean', default: false }, list: { type: 'boolean', default: false } },
  });
  const unknown = positionals.find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw new Error(`There is no measurement ${unknown}. There are: ${known.join(', ')}.`);
  return { names: positionals.length === 0 ? known : positionals, json: values.json, list: values.list };
};
