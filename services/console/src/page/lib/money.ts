const formats = new Map<string, Intl.NumberFormat>();

const formatOf = (currency: string): Intl.NumberFormat => {
  const known = formats.get(currency);
  if (known !== undefined) return known;
  const made = new Intl.NumberFormat('en', { style: 'currency', currency });
  formats.set(currency, made);
  return made;
};

/** `123456` cents as `€1,234.56`. */
export const money = (cents: number, currency = 'EUR'): string => formatOf(currency).format(cents / 100);

/** The amount with an explicit sign, as on a statement. */
export const signed = (cents: number, currency = 'EUR'): string =>
  `${cents > 0 ? '+' : ''}${money(cents, currency)}`;

const AMOUNT = /^(\d{1,8})(?:[.,](\d{1,2}))?$/;

/** Parses a typed amount into cents; undefined for anything else. Works on digits, without floating point. */
export const centsOf = (typed: string): number | undefined => {
  const [, whole, part = ''] = AMOUNT.exec(typed.trim()) ?? [];
  return whole === undefined ? undefined : Number(whole) * 100 + Number(part.padEnd(2, '0'));
};
