import { requireOwner, tellerOnly } from '@bankside/auth';
import { commandEndpoint, listOfCustomer, type ServiceDeps } from '@bankside/event-sourced';
import { idempotencyKey, notFound, parseBody, parseParams } from '@bankside/http';
import { idOf, type CommandHandler } from '@bankside/kernel';
import type { CustomerReplica, FindNumbersOfCustomer } from '@bankside/replicas';
import { defined } from '@bankside/std';
import { operationIdFrom } from '@bankside/std/ids';
import { Router, type Request } from 'express';
import { loan, type Loan, type LoanEvent, type LoanTypes } from '../domain/loan';
import type { FindAccount } from '../messaging/account-replica';
import { grantLoan } from '../use-cases';
import * as requests from './requests';

type LoanDeps = Readonly<{
  loans: CommandHandler<LoanTypes>;
  customers: CustomerReplica;
  findAccount: FindAccount;
  numbersOf: FindNumbersOfCustomer;
  catchUp: ServiceDeps['catchUp'];
  now: () => Date;
}>;

/** The debt after a command, or nothing if the command changed nothing. */
const debtAfter = (events: readonly LoanEvent[]): object => {
  const data = events.at(-1)?.data;
  if (data === undefined || !('paidCents' in data)) return {};
  return { totalCents: data.totalCents, paidCents: data.paidCents, outstandingCents: data.outstandingCents };
};

const toResponse = (state: Loan) => {
  if (state.status === 'ungranted') throw notFound('loan');
  const { loanNumber, customerId, currency, status, totalCents, paidCents, payOutTo, reason } = state;
  const outstandingCents = totalCents - paidCents;
  const loan = { loanNumber, customerId, currency, status, totalCents, paidCents, outstandingCents };
  return { ...loan, ...defined({ payOutTo, reason }) };
};

const statusChanges = { lock: 'LockLoan', unlock: 'UnlockLoan', close: 'CloseLoan' } as const;

export const loanRoutes = ({ loans, customers, findAccount, numbersOf, catchUp, now }: LoanDeps): Router => {
  const router = Router();
  const grant = grantLoan({ loans, customers, findAccount });
  const respond = commandEndpoint<LoanTypes>({ service: 'loans', now });
  const numberOf = (req: Request): string => parseParams(requests.loanPath, req.params).loanNumber;

  router.post('/', tellerOnly, (req, res) => {
    const granting = parseBody(requests.granting, req.body);
    return respond(req, res, (context) => grant(defined(granting), context), {
      status: 201,
      body: (_events, stream) => ({ loanNumber: idOf(loan, stream) }),
    });
  });

  router.post('/:loanNumber/repayments', tellerOnly, (req, res) => {
    const { repaymentId = operationIdFrom('repayment', idempotencyKey(req)), ...rest } = parseBody(
      requests.repayment,
      req.body,
    );
    const command = { type: 'RepayLoan', data: { repaymentId, ...defined(rest) } } as const;
    return respond(req, res, (context) => loans.handle(numberOf(req), command, context), {
      status: 201,
      body: (events) => ({ repaymentId, ...debtAfter(events) }),
    });
  });

  router.post('/:loanNumber/payout/confirmation', tellerOnly, (req, res) =>
    respond(req, res, (context) => loans.handle(numberOf(req), { type: 'ConfirmPayout', data: {} }, context)),
  );

  router.post('/:loanNumber/cancellation', tellerOnly, (req, res) => {
    const data = parseBody(requests.cancellation, req.body);
    return respond(req, res, (context) => loans.handle(numberOf(req), { type: 'CancelLoan', data }, context));
  });

  for (const [path, type] of Object.entries(statusChanges))
    router.post(`/:loanNumber/${path}`, tellerOnly, (req, res) =>
      respond(req, res, (context) => loans.handle(numberOf(req), { type, data: {} }, context)),
    );

  router.get(
    '/',
    listOfCustomer({
      service: 'loans',
      idOf: customers.idOf,
      numbersOf,
      read: async (number) => toResponse((await loans.load(number)).state),
      catchUp,
    }),
  );

  router.get('/:loanNumber', async (req, res) => {
    const { state, revision } = await loans.load(numberOf(req));
    const response = toResponse(state);
    requireOwner(req, response.customerId);
    res.set('ETag', `"${revision}"`).json(response);
  });
  return router;
};
