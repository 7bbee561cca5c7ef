import { inWords } from './in-words';
import { money } from './money';
import type { ProblemBody } from './problem';

type FieldError = NonNullable<ProblemBody['errors']>[number];

/** `/lines/0/unitPriceCents` as `unitPriceCents`: the name of the part that a pointer ends at. */
export const partOf = ({ pointer }: FieldError): string =>
  pointer.split(/[/?]/).findLast((part) => part !== '' && !/^\d+$/.test(part)) ?? '';

const isMoney = (part: string): boolean => part.endsWith('Cents');

/** `unitPriceCents` as `Unit price`, `line:3` as `Line 3`. */
export const partInWords = (part: string): string =>
  inWords(
    part
      .replace(/Cents$/, '')
      .replace(':', ' ')
      .replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`),
  );

const UNITS: Readonly<Record<string, string>> = { string: ' characters', array: ' items', file: ' bytes' };
const BOUND = /^Too (?:big|small): expected (\w+) to (?:be|have) ([<>]=?)\s?(-?[\d.]+)/;

const WORDS: Readonly<Record<string, string>> = {
  '<': 'Less than',
  '<=': 'At most',
  '>': 'More than',
  '>=': 'At least',
};

const boundInWords = (detail: string, part: string, currency: string | undefined): string | undefined => {
  const match = BOUND.exec(detail);
  if (match === null) return undefined;
  const [, kind = '', sign = '', bound] = match;
  if (kind === 'string' && sign === '>=' && bound === '1') return 'Required';
  const limit = Number(bound);
  const text = isMoney(part) ? money(limit, currency) : limit.toLocaleString('en') + (UNITS[kind] ?? '');
  return `${WORDS[sign]} ${text}`;
};

const sentence = (detail: string): string =>
  detail.startsWith('Invalid input') ? 'Not valid' : detail.charAt(0).toUpperCase() + detail.slice(1);

/** What is wrong with one part of a request, for the user who filled in its field. */
export const detailInWords = (error: FieldError, currency?: string): string => {
  const { detail } = error;
  if (/received undefined|^is required$/.test(detail)) return 'Required';
  if (/^Invalid input: expected (?:number|int)/.test(detail)) return 'Not a number';
  return boundInWords(detail, partOf(error), currency) ?? sentence(detail);
};

/** The fields that problems without pointers are about. */
const ABOUT: Readonly<Record<string, readonly string[]>> = {
  'mobile-number-taken': ['mobileNumber', 'newMobileNumber'],
  'insufficient-funds': ['amountCents'],
  'insufficient-credit': ['amountCents'],
  'payment-exceeds-debt': ['amountCents'],
  'repayment-exceeds-debt': ['amountCents'],
  'transfer-limit-exceeded': ['amountCents'],
  'counterparty-not-found': ['toAccount'],
  'counterparty-not-open': ['toAccount'],
  'same-account': ['toAccount'],
  'account-not-found': ['fromAccount', 'payOutTo'],
  'account-not-open': ['fromAccount'],
  'currency-mismatch': ['toAccount', 'loanNumber', 'payOutTo'],
  'loan-not-found': ['loanNumber'],
  'loan-closed': ['loanNumber'],
  'loan-not-paid-out': ['loanNumber'],
  'loan-cancelled': ['loanNumber'],
  'product-already-exists': ['sku'],
};

/** The errors of a problem by part of the request, one for each. */
export const errorsByPart = (body: ProblemBody | undefined): ReadonlyMap<string, FieldError> => {
  if (body === undefined) return new Map();
  const about = ABOUT[body.type.replace('/problems/', '')] ?? [];
  const errors = body.errors ?? about.map((part) => ({ pointer: `/${part}`, detail: body.detail }));
  return new Map(errors.toReversed().map((error) => [partOf(error), error]));
};

/** Whether a field takes the value of a part; one for amounts takes any of them. */
export const isFieldOf = (field: string, part: string): boolean =>
  field === part || (field === 'amountCents' && isMoney(part));
