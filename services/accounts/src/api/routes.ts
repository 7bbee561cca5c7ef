import { customerScope, requireOwner, tellerOnly } from '@bankside/auth';
import { commandEndpoint, listOfCustomer, type ServiceDeps } from '@bankside/event-sourced';
import { idempotencyKey, notFound, parseBody, parseParams } from '@bankside/http';
import { idOf, type CommandHandler } from '@bankside/kernel';
import type { CustomerReplica, FindNumbersOfCustomer } from '@bankside/replicas';
import { defined } from '@bankside/std';
import { operationIdFrom } from '@bankside/std/ids';
import { Router, type Request } from 'express';
import {
  account,
  leftToSend,
  type Account,
  type AccountEvent,
  type AccountTypes,
  type TransferLimit,
} from '../domain/account';
import { accountUseCases } from '../use-cases';
import * as requests from './requests';

type AccountDeps = Readonly<{
  accounts: CommandHandler<AccountTypes>;
  customers: CustomerReplica;
  numbersOf: FindNumbersOfCustomer;
  allNumbersOf: FindNumbersOfCustomer;
  catchUp: ServiceDeps['catchUp'];
  now: () => Date;
  /** The limit of today's transfers from one account. */
  limitToday: () => TransferLimit;
}>;

/** The balance after a command, or nothing if the command changed nothing. */
const balanceAfter = (events: readonly AccountEvent[]): object => {
  const data = events.at(-1)?.data;
  return data !== undefined && 'balanceCents' in data ? { balanceCents: data.balanceCents } : {};
};

const toResponse = (state: Account, limit: TransferLimit) => {
  if (state.status === 'unopened') throw notFound('account');
  const { accountNumber, customerId, currency, status, balanceCents } = state;
  const transferableTodayCents = leftToSend(state, limit);
  return { accountNumber, customerId, currency, status, balanceCents, transferableTodayCents };
};

const statusChanges = {
  freeze: 'FreezeAccount',
  unfreeze: 'UnfreezeAccount',
  close: 'CloseAccount',
} as const;

export const accountRoutes = ({
  accounts,
  customers,
  numbersOf,
  allNumbersOf,
  catchUp,
  now,
  limitToday,
}: AccountDeps): Router => {
  const router = Router();
  const { openAccount, cancelWithdrawal, creditRefund } = accountUseCases({
    accounts,
    customers,
    allNumbersOf,
  });
  const respond = commandEndpoint<AccountTypes>({ service: 'accounts', now });
  const numberOf = (req: Request): string => parseParams(requests.accountPath, req.params).accountNumber;

  router.post('/', (req, res) => {
    const opening = parseBody(requests.opening, req.body);
    requireOwner(req, opening.customerId);
    return respond(req, res, (context) => openAccount(opening, context), {
      status: 201,
      body: (_events, stream) => ({ accountNumber: idOf(account, stream) }),
    });
  });

  router.post('/:accountNumber/deposits', tellerOnly, (req, res) => {
    const { depositId = operationIdFrom('deposit', idempotencyKey(req)), ...rest } = parseBody(
      requests.deposit,
      req.body,
    );
    const command = { type: 'DepositMoney', data: { depositId, ...defined(rest) } } as const;
    return respond(req, res, (context) => accounts.handle(numberOf(req), command, context), {
      status: 201,
      body: (events) => ({ depositId, ...balanceAfter(events) }),
    });
  });

  router.post('/:accountNumber/withdrawals', (req, res) => {
    const { withdrawalId = operationIdFrom('withdrawal', idempotencyKey(req)), ...rest } = parseBody(
      requests.withdrawal,
      req.body,
    );
    const customerId = customerScope(req) ?? rest.customerId; // A customer's token overrides the body.
    const limit = rest.transferId === undefined ? undefined : limitToday();
    const data = { withdrawalId, ...defined({ ...rest, customerId, limit }) };
    const command = { type: 'WithdrawMoney', data } as const;
    return respond(req, res, (context) => accounts.handle(numberOf(req), command, context), {
      status: 201,
      body: (events) => ({ withdrawalId, ...balanceAfter(events) }),
    });
  });

  router.post('/:accountNumber/withdrawals/:withdrawalId/cancellation', tellerOnly, (req, res) => {
    const withdrawal = parseParams(requests.withdrawalPath, req.params);
    return respond(req, res, (context) => cancelWithdrawal(withdrawal, context), { body: balanceAfter });
  });

  router.post('/refunds', tellerOnly, (req, res) => {
    const refund = parseBody(requests.refund, req.body);
    return respond(req, res, (context) => creditRefund(refund, context), { body: balanceAfter });
  });

  for (const [path, type] of Object.entries(statusChanges))
    router.post(`/:accountNumber/${path}`, tellerOnly, (req, res) =>
      respond(req, res, (context) => accounts.handle(numberOf(req), { type, data: {} }, context)),
    );

  router.get(
    '/',
    listOfCustomer({
      service: 'accounts',
      idOf: customers.idOf,
      numbersOf,
      read: async (number) => toResponse((await accounts.load(number)).state, limitToday()),
      catchUp,
    }),
  );

  router.get('/:accountNumber', async (req, res) => {
    const { state, revision } = await accounts.load(numberOf(req));
    const response = toResponse(state, limitToday());
    requireOwner(req, response.customerId);
    res.set('ETag', `"${revision}"`).json(response);
  });
  return router;
};
