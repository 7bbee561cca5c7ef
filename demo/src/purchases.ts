/** One line of the file. `key` is stable: the same purchase has the same key in every run. */
export type Purchase = Readonly<{
  key: string;
  customer: string;
  date: string;
  quantity: number;
  amountCents: number;
}>;

export type BadLine = Readonly<{ line: number; reason: string }>;

/** Rejects implausibly large orders. */
const MAX_QUANTITY = 1_000;

const isDate = (text: string): boolean => {
  const [, year, month, day] = /^(\d{4})(\d{2})(\d{2})$/.exec(text) ?? [];
  const date = new Date(`${year}-${month}-${day}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().slice(0, 10) === `${year}-${month}-${day}`;
};

const centsOf = (text: string): number | undefined => {
  const [, units, cents = ''] = /^(\d{1,7})(?:\.(\d{1,2}))?$/.exec(text) ?? [];
  return units === undefined ? undefined : Number(units) * 100 + Number(cents.padEnd(2, '0'));
};

type Parsed = Omit<Purchase, 'key'>;

const piecesOf = (text: string): number | undefined => {
  const pieces = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  return pieces >= 1 && pieces <= MAX_QUANTITY ? pieces : undefined;
};

/**
 * Customer, date, quantity, amount. The sample set has a second customer number in column 2; the master set does not.
 */
const columnsOf = (text: string): readonly string[] | undefined => {
  const columns = text.trim().split(/\s+/);
  if (columns.length === 5) return columns.toSpliced(1, 1);
  return columns.length === 4 ? columns : undefined;
};

const parseLine = (text: string): Parsed | string => {
  const [customer, date, pieces, amount] = columnsOf(text) ?? [];
  if (customer === undefined || date === undefined || pieces === undefined || amount === undefined)
    return `has ${text.trim().split(/\s+/).length} columns, not 4 or 5`;
  if (!/^\d{1,8}$/.test(customer)) return `customer ${customer} is not a number of up to 8 digits`;
  if (!isDate(date)) return `date ${date} is not a day as YYYYMMDD`;
  const quantity = piecesOf(pieces);
  if (quantity === undefined) return `number of pieces ${pieces} is not 1 to ${MAX_QUANTITY}`;
  const amountCents = centsOf(amount);
  if (amountCents === undefined) return `amount ${amount} is not dollars with up to two decimals`;
  return { customer: customer.padStart(8, '0'), date, quantity, amountCents };
};

/** Parses both forms of the CDNOW set and lists malformed lines with their number and reason. Skips blank lines. */
export const parsePurchases = (
  text: string,
): Readonly<{ purchases: readonly Purchase[]; bad: readonly BadLine[] }> => {
  const purchases: Purchase[] = [];
  const bad: BadLine[] = [];
  const seen = new Map<string, number>();
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === '') continue;
    const parsed = parseLine(line);
    if (typeof parsed === 'string') {
      bad.push({ line: index + 1, reason: parsed });
      continue;
    }
    const content = [parsed.customer, parsed.date, parsed.quantity, parsed.amountCents].join('-');
    const times = (seen.get(content) ?? 0) + 1;
    seen.set(content, times);
    purchases.push({ ...parsed, key: `${content}-${times}` });
  }
  return { purchases, bad };
};
