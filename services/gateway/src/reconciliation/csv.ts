import { utcDayOf } from '@bankside/std';
import {
  amountOf,
  isEntryKey,
  lineProblem,
  MAX_LINES,
  referenceOf,
  requireCurrency,
  requireDay,
  type ReadStatement,
  type StatementLine,
  type StatementOf,
} from './statement';

/** The columns of the export of the journal. */
export const EXPORT_COLUMNS = [
  'entry',
  'at',
  'event',
  'account',
  'debit',
  'credit',
  'currency',
  'references',
] as const;
/** The columns of a statement; money that came in is positive. */
const STATEMENT_COLUMNS = ['date', 'amount', 'currency', 'reference'] as const;

type Row<Column extends string> = Readonly<Record<Column, string>>;

const FIELD = /,(?:"((?:[^"]|"")*)"|([^",]*))/y;
const NUMBER = /^-?\d+(?:\.\d+)?$/;
/** What spreadsheets may run as a formula. */
const isFormula = (field: string): boolean => /^[=+\-@\t]/.test(field) && !NUMBER.test(field);

/** Fields with quotes as in RFC 4180; no field continues on the next line. */
const fieldsOf = (line: number, row: string): readonly string[] => {
  const text = `,${row}`;
  const fields: string[] = [];
  for (FIELD.lastIndex = 0; fields.length === 0 || FIELD.lastIndex < text.length;) {
    const found = FIELD.exec(text);
    if (found === null) throw lineProblem(line, 'its quotes are not closed, or not at the edges of a field');
    fields.push(found[1]?.replaceAll('""', '"') ?? found[2]!);
  }
  return fields;
};

const ofStatement = (
  line: number,
  { date, amount, currency, reference }: Row<(typeof STATEMENT_COLUMNS)[number]>,
  of: StatementOf,
): StatementLine => {
  requireCurrency(line, currency, of);
  requireDay(line, date, of);
  const named = referenceOf(line, reference);
  return {
    line,
    amountCents: amountOf(line, amount, of.currency),
    ...(named !== undefined && { reference: named }),
  };
};

/** The export has the lines of all accounts and currencies of its day. */
const ofExport = (
  line: number,
  { entry, at, account, debit, credit, currency }: Row<(typeof EXPORT_COLUMNS)[number]>,
  of: StatementOf,
): StatementLine | undefined => {
  requireDay(line, utcDayOf(at), of);
  if (!isEntryKey(entry)) throw lineProblem(line, 'the entry must be a source, partition and position');
  if ((debit === '') === (credit === '')) throw lineProblem(line, 'it must have either a debit or a credit');
  if (account !== 'cash' || currency !== of.currency) return undefined;
  const amountCents = amountOf(line, debit || credit, currency);
  if (amountCents < 0) throw lineProblem(line, 'debits and credits must not be negative');
  return { line, amountCents: debit === '' ? 0 - amountCents : amountCents, reference: entry };
};

const FORMS = [
  {
    columns: EXPORT_COLUMNS,
    read: ofExport as (line: number, row: never, of: StatementOf) => StatementLine | undefined,
  },
  { columns: STATEMENT_COLUMNS, read: ofStatement },
];

/** Reads the export of the journal, or `date,amount,currency,reference`. */
export const readCsv: ReadStatement = async (text, of) => {
  const [header = '', ...rows] = text.split(/\r?\n/);
  const form = FORMS.find(({ columns }) => columns.join(',') === header);
  if (form === undefined)
    throw lineProblem(
      1,
      `the columns must be ${FORMS.map(({ columns }) => columns.join(',')).join(', or ')}`,
    );
  if (rows.at(-1) === '') rows.pop();
  const lines: StatementLine[] = [];
  for (const [index, row] of rows.entries()) {
    const line = index + 2;
    const fields = fieldsOf(line, row);
    if (fields.length !== form.columns.length)
      throw lineProblem(line, `it has ${fields.length} fields, not ${form.columns.length}`);
    if (fields.some(isFormula)) throw lineProblem(line, 'a field begins like a formula of a spreadsheet');
    const found = form.read(
      line,
      Object.fromEntries(form.columns.map((column, at) => [column, fields[at]!])) as never,
      of,
    );
    if (found !== undefined) lines.push(found);
    if (lines.length > MAX_LINES) throw lineProblem(line, `a statement has at most ${MAX_LINES} lines`);
  }
  return lines;
};
