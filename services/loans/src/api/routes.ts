import type { CustomerReplica, FindNumbersOfCustomer } from '@bankside/replicas';
import type { CommandHandler } from '@bankside/kernel';
import { digitsFrom, uuidFrom } from '@bankside/std/ids';
import { executor, numberedExecutor } from '@bankside/event-sourced';
import { idempotencyKey, notFound, parseBody, parseParams, parseQuery, rejection } from '@bankside/http';
import { requireOwner, staffOnly } from '@bankside/auth';
import { Router, type Request } from 'express';
import type { Loan, LoanTypes, LoanEvent } from '../domain/loan';
import * as requests from './requests';

export type LoanDeps = Readonly<{
  loans: CommandHandler<LoanTypes>;
  customers: CustomerReplica;
  numbersOf: FindNumbersOfCustomer;
  now: () => Date;
}>;

const NUMBER_DIGITS = 10;

/** The debt after a command; a repeat that had nothing to add tells none. */
const debtAfter = (events: readonly LoanEvent[]): object => {
  const data = events.at(-1)?.data;
  if (data === undefined || !('paidCents' in data)) return {};
  return { totalCents: data.totalCents, paidCents: data.paidCents, outstandingCents: data.outstandingCents };
};

const toResponse = (state: Loan) => {
  if (state.status === 'ungranted') throw notFound('loan');
  const { loanNumber, customerId, currency, status, totalCents, paidCents } = state;
  const outstandingCents = totalCents - paidCents;
  return { loanNumber, customerId, currency, status, totalCents, paidCents, outstandingCents };
};

const statusChanges = { lock: 'LockLoan', unlock: 'UnlockLoan', close: 'CloseLoan' } as const;

export const loanRoutes = ({ loans, customers, numbersOf, now }: LoanDeps): Router => {
  const router = Router();
  const options = { service: 'loans', handler: loans, now } as const;
  const [execute, give] = [executor(options), numberedExecutor(options)];
  const numberOf = (req: Request): string => parseParams(requests.loanPath, req.params).loanNumber;

  router.post('/', staffOnly, async (req, res) => {
    const { customerId, ...rest } = parseBody(requests.granting, req.body);
    const customer = await customers.find(customerId);
    if (customer === undefined) throw rejection('customer-not-found');
    if (!customer.active) throw rejection('customer-not-active');
    await give(req, res, {
      draw: (seed) => digitsFrom(seed, NUMBER_DIGITS),
      command: (loanNumber) => ({ type: 'GrantLoan', data: { loanNumber, customerId, ...rest } }),
      taken: 'loan-number-taken',
      body: (loanNumber) => ({ loanNumber }),
    });
  });

  router.post('/:loanNumber/repayments', staffOnly, (req, res) => {
    const { repaymentId = uuidFrom(idempotencyKey(req)), ...rest } = parseBody(requests.repayment, req.body);
    const command = { type: 'RepayLoan', data: { repaymentId, ...rest } } as const;
    const body = (events: readonly LoanEvent[]) => ({ repaymentId, ...debtAfter(events) });
    return execute(req, res, { id: numberOf(req), command, status: 201, body });
  });

  for (const [path, type] of Object.entries(statusChanges))
    router.post(`/:loanNumber/${path}`, staffOnly, (req, res) =>
      execute(req, res, { id: numberOf(req), command: { type, data: {} } }),
    );

  router.get('/', async (req, res) => {
    const holder = parseQuery(requests.holderQuery, req.query);
    const customerId = await customers.idOf(holder);
    if (customerId === undefined) throw notFound('active customer with this mobile number');
    requireOwner(req, customerId);
    const states = await Promise.all((await numbersOf(customerId)).map((number) => loans.load(number)));
    res.json({ loans: states.map(({ state }) => toResponse(state)) });
  });

  router.get('/:loanNumber', async (req, res) => {
    const { state, revision } = await loans.load(numberOf(req));
    const view = toResponse(state);
    requireOwner(req, view.customerId);
    res.set('ETag', `"${revision}"`).json(view);
  });
  return router;
};
