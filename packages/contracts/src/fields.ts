import * as z from 'zod';
import { currencies } from './currencies';
import { emailAddress } from './email';
import { text } from './text';

// Fields named `…Cents` are in the minor unit of their currency, whatever its exponent: cents of EUR, yen of JPY, fils of BHD.

/** The largest amount of one request, in minor units. Keeps every sum far below 2^53. */
export const MAX_AMOUNT_CENTS = 1_000_000_000;

/** Marks a field that identifies a person. `forget` makes such fields unreadable, and operators see them masked. */
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
export const transferId = id.meta({
  description: 'Transfer id; also the id of its withdrawal, its deposit and its workflow',
});
/** Where cash moves when a request names no cash desk. */
export const MAIN_CASH_DESK = 'main';
export const cashDesk = z
  .string()
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'must be lower-case letters and digits, with hyphens between them')
  .max(32)
  .meta({ description: 'The cash desk where the money is paid in or out', examples: ['main'] });
export const sku = id.meta({ description: 'Stock keeping unit', examples: ['cd-1495'] });

export { text } from './text';

/** A person's name, in any script; has at least one letter. */
export const name = text(1, 100)
  .regex(/\p{L}/u, 'must have at least one letter')
  .meta({ ...personal, minLength: 1, maxLength: 100, examples: ['Ada Lovelace'] });
export const email = emailAddress().meta({
  ...personal,
  format: 'idn-email',
  maxLength: 254,
  examples: ['ada@example.com'],
});
/** E.164. The gateway also accepts the national form of its country and punctuation, and normalizes them. */
export const mobileNumber = z
  .string()
  .regex(/^\+[1-9]\d{6,14}$/, 'must be a mobile number, such as +40712345678')
  .meta({
    ...personal,
    description: 'E.164; requests may also use the national form of the configured country',
    examples: ['+40712345678'],
  });

export const currency = z
  .string()
  .regex(new RegExp(`^(?:${currencies.join('|')})$`), 'must be an ISO 4217 code')
  .meta({ examples: ['EUR'] });
export const amountCents = z
  .int()
  .positive()
  .max(MAX_AMOUNT_CENTS)
  .meta({
    description: 'In the minor unit of the currency (cents of EUR, yen of JPY), more than 0',
    examples: [2933],
  });
export const balanceCents = z
  .int()
  .nonnegative()
  .meta({ description: 'In the minor unit of the currency, 0 or more', examples: [10000] });
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

/** What a transfer is for, in the words of its sender. */
export const purpose = text(1, 140).meta({
  ...personal,
  minLength: 1,
  maxLength: 140,
  examples: ['Rent for March'],
});

/** Why a teller decides against a rule, for the operators' audit log. */
export const forceReason = text(3, 500).meta({ examples: ['Moves abroad; the balance is paid out in cash'] });

/** The source of an order's payment: an account or a credit card of this bank. */
export const payWith = z
  .union([z.strictObject({ account: accountNumber }), z.strictObject({ card: cardNumber })])
  .meta({ examples: [{ account: '1000000017' }] });
export type PayWith = z.infer<typeof payWith>;
