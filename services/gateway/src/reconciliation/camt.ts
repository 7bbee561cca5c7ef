import { sumOf, utcDayOf } from '@bankside/std';
import sax from 'sax';
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

/** Parsed at a time, so that a large file does not hold up other requests. */
const PART_CHARACTERS = 65_536;
const MAX_DEPTH = 64;
const MAX_TEXT_LENGTH = 200;
/** No entities of HTML. */
const OPTIONS: sax.SAXOptions & { strictEntities: true } = { strictEntities: true };

const STATEMENT = 'Document/BkToCstmrStmt/Stmt';
const ENTRY = `${STATEMENT}/Ntry`;
const BALANCE = `${STATEMENT}/Bal`;

/** The texts of an entry or a balance, by path within it; `Amt@Ccy` is an attribute. */
type Texts = ReadonlyMap<string, readonly string[]>;
type Part = Readonly<{ line: number; texts: Texts }>;
type Statement = { line: number; entries: number[]; balances: Map<string, number> };

const REFERENCES = ['NtryDtls/TxDtls/Refs/EndToEndId', 'NtryRef', 'AcctSvcrRef'];

const only = ({ line, texts }: Part, path: string): string => {
  const [text, ...others] = texts.get(path) ?? [];
  if (text === undefined || others.length > 0) throw lineProblem(line, `it must have one ${path}`);
  return text;
};

const signedAmount = (part: Part, of: StatementOf): number => {
  requireCurrency(part.line, only(part, 'Amt@Ccy'), of);
  const amount = amountOf(part.line, only(part, 'Amt'), of.currency);
  const direction = only(part, 'CdtDbtInd');
  if (amount < 0 || !['CRDT', 'DBIT'].includes(direction))
    throw lineProblem(part.line, 'it must have an amount of 0 or more, and CRDT or DBIT');
  return direction === 'CRDT' ? amount : 0 - amount;
};

/** The date of a booking, or the day in UTC of its time. */
const bookedOn = ({ line, texts }: Part): string => {
  const [date] = texts.get('BookgDt/Dt') ?? [];
  const [time] = texts.get('BookgDt/DtTm') ?? [];
  const at = new Date(time ?? '');
  if (date === undefined && Number.isNaN(at.getTime())) throw lineProblem(line, 'it must have a BookgDt');
  return utcDayOf(date ?? at.toISOString());
};

/** The first reference with the form of a journal entry, or else the first that is given. */
const referencesOf = ({ line, texts }: Part): string | undefined => {
  const found = REFERENCES.flatMap((path) => {
    const given = texts.get(path) ?? [];
    return given.length === 1 && given[0] !== 'NOTPROVIDED' ? (referenceOf(line, given[0]!) ?? []) : [];
  });
  return found.find(isEntryKey) ?? found[0];
};

const lineOf = (entry: Part, of: StatementOf): StatementLine | undefined => {
  const status = entry.texts.get('Sts/Cd') ?? entry.texts.get('Sts') ?? [];
  const amountCents = signedAmount(entry, of);
  if (status[0] !== 'BOOK') return undefined;
  requireDay(entry.line, bookedOn(entry), of);
  const reference = referencesOf(entry);
  return { line: entry.line, amountCents, ...(reference !== undefined && { reference }) };
};

const requireBalanced = ({ line, entries, balances }: Statement): void => {
  const [opening, closing] = [balances.get('OPBD') ?? balances.get('PRCD'), balances.get('CLBD')];
  const booked = sumOf(entries);
  if (opening !== undefined && closing !== undefined && opening + booked !== closing)
    throw lineProblem(line, 'the opening balance and the entries do not add up to the closing balance');
};

/** Collects the lines of a document while its elements open and close. */
const collector = (of: StatementOf) => {
  const lines: StatementLine[] = [];
  const path: string[] = [];
  let statement: Statement | undefined;
  let part: { line: number; path: string; texts: Map<string, string[]> } | undefined;
  let text = '';

  const keep = (name: string, value: string): void => {
    const texts = part?.texts.get(name);
    if (texts === undefined) part?.texts.set(name, [value]);
    else texts.push(value);
  };
  const endOf = (ended: Part & { path: string }): void => {
    if (ended.path === BALANCE) {
      statement!.balances.set(ended.texts.get('Tp/CdOrPrtry/Cd')?.[0] ?? '', signedAmount(ended, of));
      return;
    }
    const found = lineOf(ended, of);
    if (found === undefined) return;
    statement!.entries.push(found.amountCents);
    if (lines.push(found) > MAX_LINES)
      throw lineProblem(ended.line, `a statement has at most ${MAX_LINES} lines`);
  };

  return {
    lines,
    open: (line: number, name: string, attributes: Readonly<Record<string, string>>): void => {
      path.push(name.replace(/^.*:/, ''));
      if (path.length > MAX_DEPTH) throw lineProblem(line, `elements are nested deeper than ${MAX_DEPTH}`);
      text = '';
      const here = path.join('/');
      if (here === STATEMENT) statement = { line, entries: [], balances: new Map() };
      if (here === ENTRY || here === BALANCE) part = { line, path: here, texts: new Map() };
      if (part !== undefined && here === `${part.path}/Amt`) keep('Amt@Ccy', attributes['Ccy'] ?? '');
    },
    text: (more: string): void => {
      if (part !== undefined) text += more;
    },
    close: (line: number): void => {
      const here = path.join('/');
      const value = text.trim();
      if (value.length > MAX_TEXT_LENGTH) throw lineProblem(line, 'a text is too long');
      if (part !== undefined && here === part.path) {
        endOf(part);
        part = undefined;
      } else if (part !== undefined && value !== '') keep(here.slice(part.path.length + 1), value);
      if (here === STATEMENT) requireBalanced(statement!);
      text = '';
      path.pop();
    },
    found: (): boolean => statement !== undefined,
  };
};

/** Reads CAMT.053, the bank-to-customer statement of ISO 20022, of any version. Knows no entities but those of XML itself. */
export const readCamt: ReadStatement = async (text, of) => {
  const collected = collector(of);
  const parser = sax.parser(true, OPTIONS);
  const line = (): number => parser.line + 1;
  parser.ondoctype = () => {
    throw lineProblem(line(), 'a document type is not allowed');
  };
  parser.onprocessinginstruction = ({ name, body }) => {
    const encoding = /encoding\s*=\s*["']([^"']*)/.exec(body)?.[1] ?? 'utf-8';
    if (name === 'xml' && !/^(?:utf-8|us-ascii)$/i.test(encoding))
      throw lineProblem(line(), 'the file must be UTF-8');
  };
  parser.onerror = ({ message }) => {
    throw lineProblem(line(), `it is not well-formed XML (${message.split('\n')[0]})`);
  };
  parser.onopentag = ({ name, attributes }) =>
    collected.open(line(), name, attributes as Readonly<Record<string, string>>);
  parser.ontext = collected.text;
  parser.oncdata = collected.text;
  parser.onclosetag = () => collected.close(line());
  for (let at = 0; at < text.length; at += PART_CHARACTERS) {
    parser.write(text.slice(at, at + PART_CHARACTERS));
    await new Promise(setImmediate);
  }
  parser.close();
  if (!collected.found()) throw lineProblem(1, 'it is no CAMT.053 statement');
  return collected.lines;
};
