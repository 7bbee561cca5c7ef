import { parseArgs } from 'node:util';

export type Options = Readonly<{
  minutes: number;
  seed: number;
  soak: boolean;
  json: boolean;
  history?: string;
}>;

const MINUTES = '2';
const SEED = '1';

const number = (name: string, text: string, pattern: RegExp, what: string): number => {
  if (!pattern.test(text) || Number(text) === 0)
    throw new TypeError(`--${name} must be ${what}, not ${text}.`);
  return Number(text);
};

/** @throws TypeError with one sentence for an option that is unknown or wrong */
export const readOptions = (args: readonly string[]): Options => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      minutes: { type: 'string', default: MINUTES },
      seed: { type: 'string', default: SEED },
      soak: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      history: { type: 'string' },
    },
  });
  return {
    minutes: number('minutes', values.minutes, /^\d{1,4}(\.\d{1,2})?$/, 'a number over 0'),
    seed: number('seed', values.seed, /^\d{1,9}$/, 'a whole number from 1'),
    soak: values.soak,
    json: values.json,
    ...(values.history !== undefined && { history: values.history }),
  };
};
