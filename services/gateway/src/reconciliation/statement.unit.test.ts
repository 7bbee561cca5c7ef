import { readCamt } from './camt';
import { readCsv } from './csv';
import { MAX_LINES } from './statement';

const OF = { day: '2026-01-31', currency: 'EUR' };
const KEY = 'accounts/0/000000000001';
const SIMPLE = 'date,amount,currency,reference';
const EXPORT = 'entry,at,event,account,debit,credit,currency,references';
const exported = (fields: string): string =>
  `${EXPORT}\r\n${KEY},2026-01-31T10:00:00.000Z,accounts.money-deposited.v1,${fields}\r\n`;

describe('a statement in CSV', () => {
  it.each([
    [`${SIMPLE}\n2026-01-31,12.34,EUR,${KEY}\n`, [{ line: 2, amountCents: 1_234, reference: KEY }]],
    [`${SIMPLE}\r\n2026-01-31,-5,EUR,"a, ""b"""`, [{ line: 2, amountCents: -500, reference: 'a, "b"' }]],
    [`${SIMPLE}\n2026-01-31,1,EUR,\n2026-01-31,1,EUR,`, [2, 3].map((line) => ({ line, amountCents: 100 }))],
    [`${SIMPLE}\n`, []],
    [exported('cash,12.34,,EUR,ada 1'), [{ line: 2, amountCents: 1_234, reference: KEY }]],
    [exported('cash,,12.34,EUR,ada 1'), [{ line: 2, amountCents: -1_234, reference: KEY }]],
    [exported('customer-deposits,,12.34,EUR,ada 1'), []],
    [exported('cash,12,,JPY,ada 1'), []],
  ])('is read: %j', async (text, lines) => expect(await readCsv(text, OF)).toEqual(lines));

  it.each([
    ['', 1, 'columns'],
    ['date;amount;currency;reference', 1, 'columns'],
    [`${SIMPLE}\n2026-01-31,1,USD,`, 2, 'the currency is USD, not EUR'],
    [`${SIMPLE}\n2026-01-31,1,euro,`, 2, 'the currency is none of ISO 4217'],
    [`${SIMPLE}\n2026-01-31,1,EUR,\n2026-02-01,1,EUR,`, 3, 'the date is 2026-02-01, not 2026-01-31'],
    [`${SIMPLE}\n31.01.2026,1,EUR,`, 2, 'the date'],
    [`${SIMPLE}\n2026-01-31,1.234,EUR,`, 2, 'up to 2 decimals'],
    [`${SIMPLE}\n2026-01-31,"1,23",EUR,`, 2, 'the amount'],
    [`${SIMPLE}\n2026-01-31,1e9,EUR,`, 2, 'the amount'],
    [`${SIMPLE}\n2026-01-31,99999999999999,EUR,`, 2, 'the amount'],
    [`${SIMPLE}\n2026-01-31,1,EUR`, 2, '3 fields, not 4'],
    [`${SIMPLE}\n2026-01-31,1,EUR,a,b`, 2, '5 fields, not 4'],
    [`${SIMPLE}\n\n2026-01-31,1,EUR,`, 2, '1 fields'],
    [`${SIMPLE}\n2026-01-31,1,EUR,"a`, 2, 'quotes'],
    [`${SIMPLE}\n2026-01-31,1,EUR,"a"b`, 2, 'quotes'],
    [`${SIMPLE}\n2026-01-31,1,EUR,a"b`, 2, 'quotes'],
    [`${SIMPLE}\n2026-01-31,1,EUR,=1+1`, 2, 'formula'],
    [`${SIMPLE}\n2026-01-31,1,EUR,"@SUM(A1)"`, 2, 'formula'],
    [`${SIMPLE}\n2026-01-31,-1+cmd,EUR,`, 2, 'formula'],
    [`${SIMPLE}\n2026-01-31,1,EUR,a\u0000b`, 2, 'reference'],
    [`${SIMPLE}\n2026-01-31,1,EUR,${'a'.repeat(141)}`, 2, 'reference'],
    [exported('cash,1,1,EUR,ada'), 2, 'either'],
    [exported('cash,,,EUR,ada'), 2, 'either'],
    [exported('cash,-1,,EUR,ada'), 2, 'negative'],
    [exported('cash,1,,EUR,ada').replace('2026-01-31', '2026-01-30'), 2, 'the date is 2026-01-30'],
    [exported('cash,1,,EUR,ada').replace(KEY, 'x'), 2, 'the entry'],
  ])('is rejected: %j', async (text, line, detail) => {
    await expect(readCsv(text, OF)).rejects.toMatchObject({
      status: 400,
      options: { name: 'invalid-request', errors: [{ pointer: `line:${line}` }] },
      message: expect.stringContaining(detail),
    });
  });

  it('has a limit of lines', async () => {
    const rows = '2026-01-31,1,EUR,\n'.repeat(MAX_LINES);
    expect(await readCsv(`${SIMPLE}\n${rows}`, OF)).toHaveLength(MAX_LINES);
    await expect(readCsv(`${SIMPLE}\n${rows}2026-01-31,1,EUR,\n`, OF)).rejects.toThrow('at most');
  });
});

const ENTRY = `
      <Ntry>
        <NtryRef>7</NtryRef>
        <Amt Ccy="EUR">12.34</Amt>
        <CdtDbtInd>CRDT</CdtDbtInd>
        <Sts><Cd>BOOK</Cd></Sts>
        <BookgDt><Dt>2026-01-31</Dt></BookgDt>
        <NtryDtls><TxDtls><Refs><EndToEndId>${KEY}</EndToEndId></Refs></TxDtls></NtryDtls>
      </Ntry>`;
const balance = (code: string, amount: string): string =>
  `<Bal><Tp><CdOrPrtry><Cd>${code}</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">${amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd></Bal>`;
const camt = (content: string, prolog = '<?xml version="1.0" encoding="UTF-8"?>'): string =>
  `${prolog}\n<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><Stmt>${content}</Stmt></BkToCstmrStmt></Document>`;
const changed = (from: string | RegExp, to: string): string => camt(ENTRY.replace(from, to));

describe('a statement in CAMT.053', () => {
  const read = { line: 3, amountCents: 1_234, reference: KEY };

  it.each([
    [camt(ENTRY), [read]],
    [camt(`${balance('OPBD', '0.66')}${balance('CLBD', '13')}${ENTRY}`), [read]],
    [changed('<Cd>BOOK</Cd>', 'BOOK'), [read]],
    [changed('CRDT', 'DBIT'), [{ ...read, amountCents: -1_234 }]],
    [changed('BOOK', 'PDNG'), []],
    [changed('<Dt>2026-01-31</Dt>', '<DtTm>2026-02-01T00:30:00+01:00</DtTm>'), [read]],
    [changed(KEY, 'NOTPROVIDED'), [{ ...read, reference: '7' }]],
    [changed(KEY, '<![CDATA[a & b]]>'), [{ ...read, reference: 'a & b' }]],
    [changed('<NtryRef>7', `<NtryRef>${KEY}`).replace(`<EndToEndId>${KEY}`, '<EndToEndId>x'), [read]],
    [
      camt(ENTRY)
        .replaceAll(/<(\/?)(?=[A-Z])/g, '<$1n:')
        .replace('xmlns=', 'xmlns:n='),
      [read],
    ],
    [camt(''), []],
  ])('is read (%#)', async (text, lines) => expect(await readCamt(text, OF)).toEqual(lines));

  // Files of 4 MiB: the work must not grow with the square of their size.
  it.each([
    ['repeated elements', '</Ntry>', `${'<a>b</a>'.repeat(520_000)}</Ntry>`],
    ['a text in pieces', '</Amt>', `${'<![CDATA[ ]]>'.repeat(320_000)}</Amt>`],
  ])('is read with %s', async (_what, from, to) =>
    expect(await readCamt(changed(from, to), OF)).toEqual([read]),
  );

  it.each([
    ['', 1, 'no CAMT.053'],
    ['no XML', 1, 'well-formed'],
    ['<html></html>', 1, 'no CAMT.053'],
    [camt(ENTRY).slice(0, -20), 10, 'well-formed'],
    [changed('</Amt>', '</Amount>'), 5, 'well-formed'],
    [changed(KEY, '&nbsp;'), 9, 'well-formed'],
    [changed(KEY, '&bomb;'), 9, 'well-formed'],
    [camt(ENTRY, '<!DOCTYPE d [<!ENTITY bomb "boom">]>'), 1, 'document type'],
    [camt(ENTRY, '<!DOCTYPE d SYSTEM "file:///etc/passwd">'), 1, 'document type'],
    [camt(ENTRY, '<?xml version="1.0" encoding="ISO-8859-1"?>'), 1, 'UTF-8'],
    [changed('Ccy="EUR"', 'Ccy="USD"'), 3, 'the currency is USD, not EUR'],
    [changed(' Ccy="EUR"', ''), 3, 'the currency is none'],
    [changed('2026-01-31', '2026-02-01'), 3, 'the date is 2026-02-01, not 2026-01-31'],
    [changed(/<BookgDt>.*<\/BookgDt>/, ''), 3, 'BookgDt'],
    [changed('12.34', '12.345'), 3, 'up to 2 decimals'],
    [changed('12.34', '-12.34'), 3, '0 or more'],
    [changed('CRDT', 'CREDIT'), 3, 'CRDT or DBIT'],
    [changed(/<Amt.*<\/Amt>/, ''), 3, 'one Amt'],
    [changed(KEY, 'x'.repeat(201)), 9, 'too long'],
    [camt('<a>'.repeat(70)), 2, 'deeper'],
    [camt(`${balance('OPBD', '1')}${balance('CLBD', '2')}${ENTRY}`), 2, 'add up'],
  ])('is rejected (%#): line %3$s', async (text, line, detail) => {
    await expect(readCamt(text, OF)).rejects.toMatchObject({
      status: 400,
      options: { name: 'invalid-request', errors: [{ pointer: `line:${line}` }] },
      message: expect.stringContaining(detail),
    });
  });
});
