import { z } from 'zod';

/** The largest amount of one request, 10 million units. Keeps every sum of cents far below 2^53. */
export const MAX_AMOUNT_CENTS = 1_000_000_000;

/** Marks a field that identifies a person. `forget` makes such fields unreadable. */
const personal = { personal: true } as const;

export const id = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$/, 'must be 1 to 64 letters, digits or . _ : -');
export const operationId = id.meta({
  description: 'Id of one operation; a repeat has the same id',
  examples: ['6f1c1b0e-4a35-8c1e-9a83-1f0f6f3c3a11'],
});
export const customerId = id.meta({
  description: 'Customer id',
  examples: ['3f0c7a52-58a5-8b7e-9d5c-0c1f6a1b2c3d'],
});
export const orderId = id.meta({
  description: 'Order id; also the id of its payment, its reservations and its workflow',
});
export const accountNumber = z
  .string()
  .regex(/^\d{10}$/, 'must be 10 digits')
  .meta({ examples: ['1000000017'] });
export const cardNumber = z
  .string()
  .regex(/^\d{12}$/, 'must be 12 digits')
  .meta({ examples: ['400000000006'] });
export const loanNumber = z
  .string()
  .regex(/^\d{10}$/, 'must be 10 digits')
  .meta({ examples: ['2000000019'] });
export const sku = id.meta({ description: 'Stock keeping unit', examples: ['cd-1495'] });

/**
 * Trimmed text of `min` to `max` characters. A character outside the basic plane counts as one, as in JSON Schema. Rejects
 * control characters and lone surrogates, which PostgreSQL cannot store in JSON.
 */
export const text = (min: number, max: number) => {
  const allowed = '[^\\u0000-\\u001f\\u007f-\\u009f\\ud800-\\udfff]';
  const pattern = new RegExp(`^${allowed}{${min},${max}}$`, 'u');
  return z.string().trim().regex(pattern, `must be ${min} to ${max} printable characters`);
};

export const name = text(5, 30).meta({ ...personal, examples: ['Ada Lovelace'] });
export const email = z
  .email('must be an e-mail address')
  .max(254)
  .meta({ ...personal, examples: ['ada@example.com'] });
export const mobileNumber = z
  .string()
  .regex(/^\d{10}$/, 'must be 10 digits')
  .meta({ ...personal, examples: ['0712345678'] });

export const currency = z
  .string()
  .regex(/^[A-Z]{3}$/, 'must be an ISO 4217 code')
  .meta({ examples: ['EUR'] });
export const amountCents = z
  .int()
  .positive()
  .max(MAX_AMOUNT_CENTS)
  .meta({ description: 'Cents, more than 0', examples: [2933] });
export const balanceCents = z
  .int()
  .nonnegative()
  .meta({ description: 'Cents, 0 or more', examples: [10000] });
export const quantity = z
  .int()
  .positive()
  .max(1_000_000)
  .meta({ examples: [2] });
export const count = z.int().nonnegative();
export const title = text(1, 200).meta({ examples: ['Kind of Blue'] });
/** The price of one piece; may be 0. */
export const unitPriceCents = z
  .int()
  .nonnegative()
  .max(100_000_000)
  .meta({ examples: [1499] });
/** The total of an order, bounded like the single payment that pays it. */
export const totalCents = z
  .int()
  .nonnegative()
  .max(MAX_AMOUNT_CENTS)
  .meta({ examples: [2998] });
/** The reason of a rejection, in kebab case. */
export const reason = z
  .string()
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/)
  .max(64)
  .meta({ examples: ['insufficient-funds'] });

/** The source of an order's payment: an account or a credit card of this bank. */
export const payWith = z
  .union([z.strictObject({ account: accountNumber }), z.strictObject({ card: cardNumber })])
  .meta({ examples: [{ account: '1000000017' }] });
export type PayWith = z.infer<typeof payWith>;
