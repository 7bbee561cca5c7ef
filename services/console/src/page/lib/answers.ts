import type { operations } from '@bankside/contracts/http';
import type { z } from 'zod';

// Types only: the schemas themselves stay on the server.

/** Response types of the public API. */
export type Out<Id extends keyof typeof operations> = z.output<(typeof operations)[Id]['success']['schema']>;

export type Person = Out<'getCustomer'>;
export type Account = Out<'listAccounts'>['accounts'][number];
export type Card = Out<'listCards'>['cards'][number];
export type Loan = Out<'listLoans'>['loans'][number];
export type Order = Out<'getOrder'>;
export type Product = Out<'listProducts'>['products'][number];
export type Summary = Out<'getSummary'>;
export type Projection = Out<'getProjection'>;
export type { Role } from './roles';

export type StepState = 'pending' | 'running' | 'done' | 'rejected' | 'unknown' | 'skipped';
export type Call = Readonly<{
  step: string;
  summary: string;
  state: StepState;
  attempts: number;
  note?: string;
}>;
export type Step = Call & Readonly<{ compensation?: Call }>;
export type Saga = Omit<Out<'getSaga'>, 'steps'> & Readonly<{ steps?: readonly Step[] }>;

/** A published event in the live stream. */
export type LiveEvent = Readonly<{
  id: string;
  type: string;
  source: string;
  subject: string;
  time: string;
  streamrevision: number;
  feedposition: number;
  data: Readonly<Record<string, unknown>>;
}>;

export type Letter = Readonly<{
  view: string;
  source: string;
  stream: string;
  state: string;
  position: number;
  type?: string;
  reason?: string | null;
  at?: string;
}>;
