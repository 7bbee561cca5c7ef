import { parseArgs } from 'node:util';

export type Options = Readonly<{
  minutes: number;
  seed: number;
  soak: boolean;
  json: boolean;
  history?: string;
  /** Several seeds from `seed`, which share the minutes. */
  nightly?: Readonly<{ seeds: number; page: string }>;
}>;

const MINUTES = '2';
const NIGHTLY_MINUTES = '60';
const SEED = '1';
const SEEDS = '6';
const PAGE = 'chaos.html';

const number = (name: string, text: string, pattern: RegExp, what: string): number => {
  if (!pattern.test(text) || Number(text) === 0)
    throw new TypeError(`--${name} must be ${what}, not ${text}.`);
  return Number(text);
};

type Values = Readonly<{ soak: boolean; history?: string; nightly: boolean; seeds?: string; page?: string }>;

const readNightly = ({ soak, history, nightly, seeds, page }: Values): Pick<Options, 'nightly'> => {
  if (!nightly) {
    if (seeds !== undefined || page !== undefined)
      throw new TypeError('--seeds and --page belong to --nightly.');
    return {};
  }
  if (soak || history !== undefined) throw new TypeError('--nightly does not go with --soak and --history.');
  return {
    nightly: {
      seeds: number('seeds', seeds ?? SEEDS, /^\d{1,3}$/, 'a whole number from 1'),
      page: page ?? PAGE,
    },
  };
};

/** @throws TypeError with one sentence for an option that is unknown or wrong */
export const readOptions = (args: readonly string[]): Options => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      minutes: { type: 'string' },
      seed: { type: 'string', default: SEED },
      soak: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      history: { type: 'string' },
      nightly: { type: 'boolean', default: false },
      seeds: { type: 'string' },
      page: { type: 'string' },
    },
  });
  const minutes = values.minutes ?? (values.nightly ? NIGHTLY_MINUTES : MINUTES);
  return {
    minutes: number('minutes', minutes, /^\d{1,4}(\.\d{1,2})?$/, 'a number over 0'),
    seed: number('seed', values.seed, /^\d{1,9}$/, 'a whole number from 1'),
    soak: values.soak,
    json: values.json,
    ...(values.history !== undefined && { history: values.history }),
    ...readNightly(values),
  };
};
