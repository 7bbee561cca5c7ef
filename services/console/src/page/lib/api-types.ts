import type { operations } from '@bankside/contracts/http';
import type * as z from 'zod';

// Types only: the schemas themselves stay on the server.

/** Response types of the public API. */
export type ResponseOf<Id extends keyof typeof operations> = z.output<
  (typeof operations)[Id]['success']['schema']
>;

export type Person = ResponseOf<'getCustomer'>;
export type Account = ResponseOf<'listAccounts'>['accounts'][number];
export type Loan = ResponseOf<'listLoans'>['loans'][number];
export type Transfer = ResponseOf<'listTransfers'>['transfers'][number];
export type Card = ResponseOf<'listCards'>['cards'][number];
export type Order = ResponseOf<'getOrder'>;
export type Product = ResponseOf<'listProducts'>['products'][number];
export type Summary = ResponseOf<'getSummary'>;
export type Projection = ResponseOf<'getProjection'>;
export type { Role } from './roles';

export type Saga = ResponseOf<'getSaga'>;
export type Step = NonNullable<Saga['steps']>[number];
/** A step or a compensation. */
export type Call = NonNullable<Step['compensation']>;

export type AttentionItem = ResponseOf<'listAttention'>['items'][number];

/** A published event in the live stream. */
export type LiveEvent = Readonly<{
  id: string;
  type: string;
  source: string;
  subject: string;
  time: string;
  streamrevision: number;
  feedposition: number;
  correlationid?: string;
  data: Readonly<Record<string, unknown>>;
}>;

export type ConsumersOfService = ResponseOf<'listConsumers'>['services'][number];
export type DeadLettersOfService = ResponseOf<'listDeadLetters'>['services'][number];
export type DeadLetter = DeadLettersOfService['deadLetters'][number];
