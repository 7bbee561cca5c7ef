import { exponentOf, isCurrency, minorUnits } from '@bankside/contracts';
import { badRequest, type Problem } from '@bankside/http';

/** A booked movement of cash in a statement. */
export type StatementLine = Readonly<{
  line: number;
  /** In minor units; money that came in is positive. */
  amountCents: number;
  reference?: string;
}>;

/** The day and currency that a statement is about. */
export type StatementOf = Readonly<{ day: string; currency: string }>;

/** Reads the file of a statement. @throws Problem 400 that names the line */
export type ReadStatement = (text: string, of: StatementOf) => Promise<readonly StatementLine[]>;

/** The most lines of one statement. */
export const MAX_LINES = 50_000;
const MAX_REFERENCE_LENGTH = 140;

/** The form of the key of a journal entry: source, partition and position. */
export const isEntryKey = (reference: string): boolean => /^[a-z][a-z-]*\/\d+\/\d{12}$/.test(reference);

export const lineProblem = (line: number, detail: string): Problem =>
  badRequest(`Line ${line} of the file: ${detail}.`, [{ pointer: `line:${line}`, detail }]);

/** @throws Problem 400 */
export const requireCurrency = (line: number, found: string, { currency }: StatementOf): void => {
  if (found === currency) return;
  const shown = isCurrency(found) ? found : 'none of ISO 4217';
  throw lineProblem(line, `the currency is ${shown}, not ${currency}`);
};

/** @throws Problem 400 */
export const requireDay = (line: number, found: string, { day }: StatementOf): void => {
  if (found === day) return;
  const shown = /^\d{4}-\d\d-\d\d$/.test(found) ? found : 'none';
  throw lineProblem(line, `the date is ${shown}, not ${day}`);
};

/** @throws Problem 400 */
export const amountOf = (line: number, text: string, currency: string): number => {
  const amount = minorUnits(text, currency);
  if (amount !== undefined) return amount;
  const digits = exponentOf(currency);
  throw lineProblem(
    line,
    `the amount must be a number with ${digits === 0 ? 'no decimals' : `up to ${digits} decimals behind a point`}`,
  );
};

/** @throws Problem 400 */
export const referenceOf = (line: number, text: string): string | undefined => {
  if (text === '') return undefined;
  if (text.length <= MAX_REFERENCE_LENGTH && /^\P{C}+$/u.test(text)) return text;
  throw lineProblem(
    line,
    `a reference must have at most ${MAX_REFERENCE_LENGTH} characters, and none that is invisible`,
  );
};
