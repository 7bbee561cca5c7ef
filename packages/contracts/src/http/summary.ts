import * as z from 'zod';
import {
  accountNumber,
  balanceCents,
  cardNumber,
  count,
  currency,
  customerId,
  email,
  loanNumber,
  mobileNumber,
  name,
  orderId,
} from '../fields';

/** `ok`: current data. `stale`: cached data as of `asOf`, because the owner did not respond. Otherwise there are no data. */
const sectionStatus = z.enum(['ok', 'stale', 'timeout', 'unavailable']);
export type SectionStatus = z.infer<typeof sectionStatus>;

const section = <T extends z.ZodType>(data: T) =>
  z.object({
    status: sectionStatus,
    tookMs: z
      .number()
      .nonnegative()
      .meta({ description: 'Duration of this section, in milliseconds', examples: [4.2] }),
    asOf: z.iso.datetime().optional().meta({ description: 'The time of the data' }),
    data: data.optional(),
  });

export const person = z.object({
  customerId,
  status: z.string().meta({ examples: ['active'] }),
  name: name.optional(),
  email: email.optional(),
  mobileNumber: mobileNumber.optional(),
});
export const accountSummary = z.object({
  accountNumber,
  currency,
  status: z.string().meta({ examples: ['open'] }),
  balanceCents,
});
export const cardSummary = z.object({
  cardNumber,
  currency,
  status: z.string().meta({ examples: ['active'] }),
  limitCents: count,
  usedCents: z.int(),
  availableCents: count,
});
export const loanSummary = z.object({
  loanNumber,
  currency,
  status: z.string().meta({ examples: ['granted'] }),
  totalCents: count,
  paidCents: count,
  outstandingCents: count,
});
const orderSummary = z.object({
  orderId,
  state: z.enum(['placed', 'held', 'confirmed', 'rejected', 'cancelled']),
  totalCents: count,
  currency,
  placedAt: z.iso.datetime(),
});

/** Where the summary is composed: in a view ahead of time, or on request in the gateway or in a service. */
export const via = z.enum(['view', 'gateway', 'composer']);
export type Via = z.infer<typeof via>;

export const summary = z.object({
  via: z.enum([...via.options, 'client']),
  tookMs: z.number().nonnegative(),
  person: section(person),
  accounts: section(z.array(accountSummary)),
  cards: section(z.array(cardSummary)),
  loans: section(z.array(loanSummary)),
  orders: section(z.array(orderSummary)),
});
export type Summary = z.infer<typeof summary>;
