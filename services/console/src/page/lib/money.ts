import { exponentOf, isCurrency, majorUnits, minorUnits } from '@bankside/contracts/currencies';

const formats = new Map<string, Intl.NumberFormat>();

/** With the digits of ISO 4217, because the browser's own tables show fewer for some currencies. */
const formatOf = (currency: string): Intl.NumberFormat => {
  const known = formats.get(currency);
  if (known !== undefined) return known;
  const digits = exponentOf(currency);
  const made = new Intl.NumberFormat('en', {
    style: 'currency',
    currency,
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
  formats.set(currency, made);
  return made;
};

/** `123456` in the minor unit of EUR as `€1,234.56`, of JPY as `¥123,456`. */
export const money = (minor: number, currency = 'EUR'): string =>
  formatOf(currency).format(majorUnits(minor, currency) as Intl.StringNumericLiteral);

/** The amount with an explicit sign, as on a statement. */
export const signed = (minor: number, currency = 'EUR'): string =>
  `${minor > 0 ? '+' : ''}${money(minor, currency)}`;

/** What is owed on a card; refunds can leave it in credit. */
export const owed = (minor: number, currency = 'EUR'): string =>
  minor < 0 ? `${money(-minor, currency)} in credit` : `${money(minor, currency)} owed`;

const AMOUNT = /^\d{1,8}(?:[.,]\d{1,4})?$/;

/** Parses a typed amount into the minor unit; undefined for anything else. */
export const centsOf = (typed: string, currency = 'EUR'): number | undefined => {
  const amount = typed.trim();
  return AMOUNT.test(amount) ? minorUnits(amount.replace(',', '.'), currency) : undefined;
};

const IN_CENTS = /(-?\d+) cents\b(?: ([A-Z]{3})\b)?/g;
const OTHER_AMOUNT = /(?<=,(?: and)?(?: [a-z ]+)? )-?\d+(?= (?:are due|reached)|$)/g;

/** A sentence of the audit about amounts in minor units, such as `5 cents EUR left`, with amounts as users read them. */
export const amountsInWords = (sentence: string): string => {
  const [currency] = /\b[A-Z]{3}\b/.exec(sentence) ?? [];
  if (currency === undefined || !isCurrency(currency) || !sentence.includes(' cents')) return sentence;
  return sentence
    .replaceAll(OTHER_AMOUNT, (cents) => money(Number(cents), currency))
    .replaceAll(IN_CENTS, (_, cents: string) => money(Number(cents), currency));
};
