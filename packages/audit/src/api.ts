import type { operations } from '@bankside/contracts/http';
import type * as z from 'zod';

/** Response types of the public API. */
export type ResponseOf<Id extends keyof typeof operations> = z.output<
  (typeof operations)[Id]['success']['schema']
>;

/** Reads the public API with the token of an operator. */
export type Get = (path: string) => Promise<Readonly<{ status: number; body: unknown }>>;

/** @throws Error for every status but 200, since the audit would be incomplete */
export const getOk = async <T>(get: Get, path: string): Promise<T> => {
  const { status, body } = await get(path);
  if (status !== 200) throw new Error(`GET ${path} returned ${status}`);
  return body as T;
};

/** Reads of what is not complete or settled yet, each a while after the one before: a service may be restarting or publishing. */
export const READS = 6;
export const PAUSE_MS = 1_000;

export const sleep = (ms: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, ms));

/**
 * Reads until no service is missing in the response.
 * @throws Error if one still is in the last response
 */
export const getFromAll = async <T>(
  get: Get,
  path: string,
  { missing, pauseMs }: Readonly<{ missing: (body: T) => readonly string[]; pauseMs: number }>,
): Promise<T> => {
  for (let read = 1; ; read += 1) {
    const body = await getOk<T>(get, path);
    const lacks = missing(body);
    if (lacks.length === 0) return body;
    if (read === READS) throw new Error(`The response to GET ${path} lacks ${lacks.join(', ')}`);
    await sleep(pauseMs);
  }
};

/** What one check has found. */
export type CheckResult = Readonly<{
  check: string;
  /** The verified items: `40 commits`. */
  verified: string;
  /** The first ones, in words. */
  problems: readonly string[];
  /** How many there are. */
  count: number;
}>;

/** Problems that a result lists; the others are counted. */
const LISTED = 20;

/** Collects the problems of one check. */
export const findings = () => {
  const problems: string[] = [];
  let count = 0;
  return {
    add: (problem: string): void => {
      if (problems.includes(problem)) return;
      count += 1;
      if (problems.length < LISTED) problems.push(problem);
    },
    count: (): number => count,
    result: (check: string, verified: string): CheckResult => ({ check, verified, problems, count }),
  };
};
export type Findings = ReturnType<typeof findings>;
