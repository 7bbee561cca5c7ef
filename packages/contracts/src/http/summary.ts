import { z } from 'zod';
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

/** `ok`: as of now. `stale`: as of `asOf`, since the owner did not answer. Otherwise there are no data. */
export const sectionStatus = z.enum(['ok', 'stale', 'timeout', 'unavailable']);
export type SectionStatus = z.infer<typeof sectionStatus>;

const section = <T extends z.ZodType>(data: T) =>
  z.object({
    status: sectionStatus,
    tookMs: z
      .number()
      .nonnegative()
      .meta({ description: 'How long this part took', examples: [4.2] }),
    asOf: z.iso.datetime().optional().meta({ description: 'When the data were true' }),
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
export const orderSummary = z.object({
  orderId,
  state: z.enum(['placed', 'confirmed', 'rejected', 'cancelled']),
  totalCents: count,
  currency,
  placedAt: z.iso.datetime(),
});

/** Where a summary is put together: beforehand in a view, or on demand in the gateway, in a service, or by the client itself. */
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
