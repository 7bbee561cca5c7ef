import { parseBody, type Problem } from '@bankside/http';
import {
  amountCents,
  accountNumber,
  email,
  mobileNumber,
  name,
  quantity,
  sku,
  title,
  unitPriceCents,
} from '@bankside/contracts';
import * as z from 'zod';
import { detailInWords, partInWords, partOf } from './field-problems';

const fields = {
  amountCents,
  accountNumber,
  email,
  mobileNumber,
  name,
  quantity,
  sku,
  title,
  unitPriceCents,
};
type Field = keyof typeof fields;

/** The error of the API for a value of a field. */
const errorOf = (field: Field, value: unknown) => {
  try {
    parseBody(z.strictObject({ [field]: fields[field] }), { [field]: value });
  } catch (problem) {
    return (problem as Problem).body().errors![0]!;
  }
  throw new Error(`${field} accepts ${JSON.stringify(value)}`);
};

describe('errors of the API in words', () => {
  it.each<[Field, unknown, string]>([
    ['unitPriceCents', 100_000_001, 'At most €1,000,000.00'],
    ['amountCents', 0, 'More than €0.00'],
    ['amountCents', undefined, 'Required'],
    ['amountCents', 'many', 'Not a number'],
    ['quantity', 1_000_001, 'At most 1,000,000'],
    ['quantity', Number.NaN, 'Not a number'],
    ['accountNumber', '12', 'Must be 10 digits'],
    ['sku', 'ä', 'Must be 1 to 64 letters, digits or . _ : -'],
    ['mobileNumber', '12', 'Must be a mobile number, such as +40712345678'],
  ])('%s %p: %s', (field, value, words) => {
    expect(detailInWords(errorOf(field, value), 'EUR')).toBe(words);
  });

  it.each<[Field, unknown]>([
    ['name', ''],
    ['name', 'x'.repeat(101)],
    ['title', 'x'.repeat(201)],
    ['email', 'nobody'],
    ['title', 7],
  ])('%s %p: without a pointer, a type or a code', (field, value) => {
    expect(detailInWords(errorOf(field, value))).not.toMatch(/expected|received|[/`]|Cents/);
  });

  it('name the part of the request', () => {
    expect(partOf({ pointer: '/lines/0/unitPriceCents', detail: '' })).toBe('unitPriceCents');
    expect(partOf({ pointer: '?/customerId', detail: '' })).toBe('customerId');
    expect(partInWords('unitPriceCents')).toBe('Unit price');
    expect(partInWords('newMobileNumber')).toBe('New mobile number');
  });
});
