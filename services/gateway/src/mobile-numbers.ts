import { isSupportedCountry, parsePhoneNumberFromString, type CountryCode } from 'libphonenumber-js/min';
import type * as z from 'zod';

/** Spaces, hyphens, dots, slashes and brackets, with which people group digits. */
const GROUPING = /[\p{Zs}\p{Pd}./()]/gu;
const E164 = /^\+[1-9]\d{6,14}$/;
/** The longest text that can be a number with its grouping. */
const MAX_LENGTH = 40;

export const isCountry = (code: string): code is CountryCode => isSupportedCountry(code);

/**
 * The number in E.164; undefined for a text that is none. Takes an international number as it is, and the national form
 * of `country` or the country's prefix for calls abroad. A number need not be assigned.
 */
export const toE164 = (text: string, country: CountryCode): string | undefined => {
  if (text.length > MAX_LENGTH) return undefined;
  const digits = text.trim().replaceAll(GROUPING, '');
  if (E164.test(digits)) return digits;
  if (!/^\d+$/.test(digits)) return undefined;
  const number = parsePhoneNumberFromString(digits, country);
  return number?.isPossible() && E164.test(number.number) ? number.number : undefined;
};

/** The fields of requests that hold a mobile number. */
const FIELDS = ['mobileNumber', 'newMobileNumber'];

/** A `+` that a client did not encode arrives in a query as a blank. */
const withPlus = (text: string): string => text.replace(/^ (?=[1-9])/, '+');

/**
 * Rewrites the mobile numbers of a body or query to E.164, and leaves everything else to the schema, which rejects it.
 */
export const withE164 =
  (country: CountryCode) =>
  (schema: z.ZodObject, value: unknown): unknown => {
    const fields = FIELDS.filter((field) => field in schema.shape);
    if (fields.length === 0 || typeof value !== 'object' || value === null) return value;
    const numbers = fields.flatMap((field) => {
      const given: unknown = Reflect.get(value, field);
      const number = typeof given === 'string' ? toE164(withPlus(given), country) : undefined;
      return number === undefined ? [] : [[field, number] as const];
    });
    return { ...value, ...Object.fromEntries(numbers) };
  };
export type NormalizeMobileNumbers = ReturnType<typeof withE164>;
