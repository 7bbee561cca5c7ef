import type { CustomerReplica } from '@bankside/replicas';
import { foldHistory, type CommandHandler, type EventStore } from '@bankside/kernel';
import { customerScope, requireOwner, staffOnly } from '@bankside/auth';
import { defined } from '@bankside/std';
import { digitsFrom, uuidFrom } from '@bankside/std/ids';
import { executor, numberedExecutor } from '@bankside/event-sourced';
import { idempotencyKey, notFound, parseBody, parseParams, parseQuery, rejection } from '@bankside/http';
import { Router, type Request } from 'express';
import { account, type Account, type AccountTypes, type AccountEvent } from '../domain/account';
import { needsHistory, pastWithdrawal } from '../domain/withdrawal-history';
import { accountPath, deposit, holderQuery, opening, withdrawal, withdrawalPath } from './requests';

export type AccountDeps = Readonly<{
  accounts: CommandHandler<AccountTypes>;
  store: EventStore;
  customers: CustomerReplica;
  now: () => Date;
}>;

const NUMBER_DIGITS = 10;

/** The balance after a command; a repeat that had nothing to add tells the one of now. */
const balanceAfter = (events: readonly AccountEvent[]): object => {
  const data = events.at(-1)?.data;
  return data !== undefined && 'balanceCents' in data ? { balanceCents: data.balanceCents } : {};
};

const toResponse = (state: Account) => {
  if (state.status === 'unopened') throw notFound('account');
  const { accountNumber, customerId, currency, status, balanceCents } = state;
  return { accountNumber, customerId, currency, status, balanceCents };
};

const statusChanges = {
  freeze: 'FreezeAccount',
  unfreeze: 'UnfreezeAccount',
  close: 'CloseAccount',
} as const;

/** What the whole history says of a withdrawal, when the state may have forgotten it. */
const pastWithdrawalOf = async (
  accounts: AccountDeps['accounts'],
  accountNumber: string,
  withdrawalId: string,
) => {
  const { state } = await accounts.load(accountNumber);
  if (!needsHistory(state, withdrawalId)) return undefined;
  return foldHistory(accounts, accountNumber, undefined, pastWithdrawal(withdrawalId));
};

export const accountRoutes = ({ accounts, store, customers, now }: AccountDeps): Router => {
  const router = Router();

  const options = { service: 'accounts', handler: accounts, now } as const;
  const [execute, give] = [executor(options), numberedExecutor(options)];
  const numberOf = (req: Request): string => parseParams(accountPath, req.params).accountNumber;

  router.post('/', async (req, res) => {
    const { customerId, currency } = parseBody(opening, req.body);
    requireOwner(req, customerId);
    const customer = await customers.find(customerId);
    if (customer === undefined) throw rejection('customer-not-found');
    if (!customer.active) throw rejection('customer-not-active');
    await give(req, res, {
      draw: (seed) => digitsFrom(seed, NUMBER_DIGITS),
      command: (accountNumber) => ({ type: 'OpenAccount', data: { accountNumber, customerId, currency } }),
      taken: 'account-number-taken',
      body: (accountNumber) => ({ accountNumber }),
    });
  });

  router.post('/:accountNumber/deposits', staffOnly, (req, res) => {
    const { amountCents } = parseBody(deposit, req.body);
    const depositId = uuidFrom(idempotencyKey(req));
    const command = { type: 'DepositMoney', data: { depositId, amountCents } } as const;
    const body = (events: readonly AccountEvent[]) => ({ depositId, ...balanceAfter(events) });
    return execute(req, res, { id: numberOf(req), command, status: 201, body });
  });

  router.post('/:accountNumber/withdrawals', (req, res) => {
    const { withdrawalId = uuidFrom(idempotencyKey(req)), ...rest } = parseBody(withdrawal, req.body);
    const customerId = customerScope(req) ?? rest.customerId; // A customer's own claim counts for nothing.
    const command = {
      type: 'WithdrawMoney',
      data: { withdrawalId, ...defined({ ...rest, customerId }) },
    } as const;
    const body = (events: readonly AccountEvent[]) => ({ withdrawalId, ...balanceAfter(events) });
    return execute(req, res, { id: numberOf(req), command, status: 201, body });
  });

  router.post('/:accountNumber/withdrawals/:withdrawalId/cancellation', staffOnly, async (req, res) => {
    const { accountNumber, withdrawalId } = parseParams(withdrawalPath, req.params);
    const past = await pastWithdrawalOf(accounts, accountNumber, withdrawalId);
    const command = { type: 'CancelWithdrawal', data: defined({ withdrawalId, past }) } as const;
    await execute(req, res, { id: accountNumber, command, body: balanceAfter });
  });

  for (const [path, type] of Object.entries(statusChanges))
    router.post(`/:accountNumber/${path}`, staffOnly, (req, res) =>
      execute(req, res, { id: numberOf(req), command: { type, data: {} } }),
    );

  router.get('/', async (req, res) => {
    const holder = parseQuery(holderQuery, req.query);
    const customerId = await customers.idOf(holder);
    if (customerId === undefined) throw notFound('active customer with this mobile number');
    requireOwner(req, customerId);
    const stream = await store.ownerOf({ index: 'savings', value: customerId });
    const accountNumber = stream?.slice(account.streamOf('').length);
    res.json({
      accounts: accountNumber === undefined ? [] : [toResponse((await accounts.load(accountNumber)).state)],
    });
  });

  router.get('/:accountNumber', async (req, res) => {
    const { accountNumber } = parseParams(accountPath, req.params);
    const { state, revision } = await accounts.load(accountNumber);
    const view = toResponse(state);
    requireOwner(req, view.customerId);
    res.set('ETag', `"${revision}"`).json(view);
  });
  return router;
};
