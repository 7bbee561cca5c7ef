import { parseArgs } from 'node:util';

export type Options = Readonly<{
  file: string | undefined;
  limit: number;
  concurrency: number;
  strict: boolean;
  json: boolean;
  gateway: string | undefined;
}>;

const LIMIT = 300;
const CONCURRENCY = 32;

const positive = (name: string, text: string | undefined, fallback: number): number => {
  if (text === undefined) return fallback;
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new Error(`--${name} must be a whole number from 1, not ${text}.`);
  return Number(text);
};

/** @throws Error with one sentence for an option that is unknown or wrong */
export const readOptions = (args: readonly string[]): Options => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      file: { type: 'string' },
      limit: { type: 'string' },
      concurrency: { type: 'string' },
      strict: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      gateway: { type: 'string' },
    },
  });
  return {
    file: values.file,
    limit: positive('limit', values.limit, LIMIT),
    concurrency: positive('concurrency', values.concurrency, CONCURRENCY),
    strict: values.strict,
    json: values.json,
    gateway: values.gateway,
  };
};
