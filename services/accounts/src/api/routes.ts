import type { CustomerCopies } from '@bankside/copies';
import type { CommandHandler, EventStore } from '@bankside/kernel';
import {
  commandContext,
  defined,
  digitsFrom,
  idempotencyKey,
  notFound,
  parseBody,
  parseParams,
  rejection,
  replyTo,
  uuidFrom,
} from '@bankside/service';
import { Router, type Request, type Response } from 'express';
import type { Account, AccountCommand, AccountEvent, AccountRejection } from '../domain/account';
import { accountPath, deposit, opening, withdrawal, withdrawalPath } from './requests';

export type AccountDeps = Readonly<{
  accounts: CommandHandler<Account, AccountCommand, AccountEvent, AccountRejection>;
  store: EventStore;
  customers: CustomerCopies;
  now: () => Date;
}>;

const statusOf: Record<AccountRejection, number> = {
  'account-number-taken': 409,
  'savings-account-exists': 409,
  'account-not-found': 404,
  'account-not-open': 409,
  'not-the-owner': 403,
  'currency-mismatch': 422,
  'insufficient-funds': 422,
  'withdrawal-cancelled': 409,
  'withdrawal-id-reused': 409,
  'balance-not-zero': 409,
};

/** Draws of an account number before giving up. With millions of accounts two in ten thousand draws collide. */
const NUMBER_DRAWS = 5;
const NUMBER_DIGITS = 10;

/** The balance after a command; a repeat that had nothing to add tells the one of now. */
const balanceAfter = (events: readonly AccountEvent[]): object => {
  const data = events.at(-1)?.data;
  return data !== undefined && 'balanceCents' in data ? { balanceCents: data.balanceCents } : {};
};

export const accountRoutes = ({ accounts, customers, now }: AccountDeps): Router => {
  const router = Router();

  const execute = async (req: Request, res: Response, command: AccountCommand, status: 200 | 201, body: object = {}) => {
    const { accountNumber } = parseParams(accountPath, req.params);
    const outcome = await accounts.handle(accountNumber, command, commandContext(req, now));
    const reply = { status, body: (events: readonly AccountEvent[]) => ({ ...body, ...balanceAfter(events) }) };
    replyTo(res, outcome, { service: 'accounts', statusOf, reply });
  };

  router.post('/', async (req, res) => {
    const { customerId, currency } = parseBody(opening, req.body);
    const customer = await customers.find(customerId);
    if (customer === undefined) throw rejection('customer-not-found', 404);
    if (!customer.active) throw rejection('customer-not-active', 409);
    const context = commandContext(req, now);
    for (let draw = 0; draw < NUMBER_DRAWS; draw += 1) {
      const commandId = `${context.commandId}/${draw}`;
      const accountNumber = digitsFrom(commandId, NUMBER_DIGITS);
      const command = { type: 'OpenAccount', data: { accountNumber, customerId, currency } } as const;
      const outcome = await accounts.handle(accountNumber, command, { ...context, commandId });
      if (outcome.status === 'rejected' && outcome.reason === 'account-number-taken') continue;
      return replyTo(res, outcome, { service: 'accounts', statusOf, reply: { status: 201, body: () => ({ accountNumber }) } });
    }
    throw rejection('account-number-taken', 503);
  });

  router.post('/:accountNumber/deposits', (req, res) => {
    const { amountCents } = parseBody(deposit, req.body);
    const depositId = uuidFrom(idempotencyKey(req));
    return execute(req, res, { type: 'DepositMoney', data: { depositId, amountCents } }, 201, { depositId });
  });

  router.post('/:accountNumber/withdrawals', (req, res) => {
    const { withdrawalId = uuidFrom(idempotencyKey(req)), ...rest } = parseBody(withdrawal, req.body);
    return execute(req, res, { type: 'WithdrawMoney', data: { withdrawalId, ...defined(rest) } }, 201, { withdrawalId });
  });

  router.post('/:accountNumber/withdrawals/:withdrawalId/cancellation', (req, res) => {
    const { withdrawalId } = parseParams(withdrawalPath, req.params);
    return execute(req, res, { type: 'CancelWithdrawal', data: { withdrawalId } }, 200);
  });

  router.post('/:accountNumber/freeze', (req, res) => execute(req, res, { type: 'FreezeAccount', data: {} }, 200));
  router.post('/:accountNumber/unfreeze', (req, res) => execute(req, res, { type: 'UnfreezeAccount', data: {} }, 200));
  router.post('/:accountNumber/close', (req, res) => execute(req, res, { type: 'CloseAccount', data: {} }, 200));

  router.get('/:accountNumber', async (req, res) => {
    const { accountNumber } = parseParams(accountPath, req.params);
    const { state, revision } = await accounts.load(accountNumber);
    if (state.status === 'unopened') throw notFound(`account ${accountNumber}`);
    const { customerId, currency, status, balanceCents } = state;
    res.set('ETag', `"${revision}"`).json({ accountNumber, customerId, currency, status, balanceCents });
  });
  return router;
};
