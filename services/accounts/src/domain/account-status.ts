// Freezing, closing and reopening: what changes the status of an account.
import { appendBounded, assertNever, reject, type DataOf } from '@bankside/kernel';
import type { AccountCommand, AccountEvent, Closure, Holder, Opened } from './account-types';

export const holderOf = ({ accountNumber, customerId, currency }: Holder): Holder => ({
  accountNumber,
  customerId,
  currency,
});

const freeze = (account: Opened) => {
  if (account.status === 'frozen') return [];
  if (account.status === 'closed') return reject('account-not-open');
  return [{ type: 'AccountFrozen' as const, data: holderOf(account) }];
};

const unfreeze = (account: Opened) => {
  if (account.status === 'open') return [];
  if (account.status === 'closed') return reject('account-not-open');
  return [{ type: 'AccountUnfrozen' as const, data: holderOf(account) }];
};

const close = (closing: DataOf<AccountCommand, 'CloseAccount'>, account: Opened) => {
  const { closureId, payOut } = { payOut: false, closureId: undefined, ...closing };
  if (closureId !== undefined && account.reversedClosures.includes(closureId))
    return reject('closure-reversed');
  if (account.status === 'closed') return [];
  if (account.status === 'frozen') return reject('account-not-open');
  if (closureId === undefined || account.balanceCents === 0) {
    if (account.balanceCents !== 0) return reject('balance-not-zero');
    return [
      { type: 'AccountClosed' as const, data: { ...holderOf(account), ...(closureId && { closureId }) } },
    ];
  }
  if (!payOut) return reject('balance-not-zero');
  const paidOut = { withdrawalId: closureId, amountCents: account.balanceCents, balanceCents: 0, closureId };
  return [
    { type: 'MoneyWithdrawn' as const, data: { ...holderOf(account), ...paidOut } },
    { type: 'AccountClosed' as const, data: { ...holderOf(account), closureId } },
  ];
};

type StatusCommand = Extract<
  AccountCommand,
  Readonly<{ type: 'FreezeAccount' | 'UnfreezeAccount' | 'CloseAccount' }>
>;

const CHANGING_STATUS: ReadonlySet<AccountCommand['type']> = new Set<StatusCommand['type']>([
  'FreezeAccount',
  'UnfreezeAccount',
  'CloseAccount',
]);
export const changesStatus = (command: AccountCommand): command is StatusCommand =>
  CHANGING_STATUS.has(command.type);

export const decideStatus = (command: StatusCommand, account: Opened) => {
  switch (command.type) {
    case 'FreezeAccount':
      return freeze(account);
    case 'UnfreezeAccount':
      return unfreeze(account);
    case 'CloseAccount':
      return close(command.data, account);
    default:
      return assertNever(command);
  }
};

type StatusEvent = Exclude<
  AccountEvent,
  Readonly<{
    type:
      | 'AccountOpened'
      | 'MoneyDeposited'
      | 'MoneyWithdrawn'
      | 'WithdrawalCancelled'
      | 'WithdrawalCancelledInAdvance'
      | 'RefundCredited';
  }>
>;

const OF_MONEY: ReadonlySet<AccountEvent['type']> = new Set<Exclude<AccountEvent, StatusEvent>['type']>([
  'AccountOpened',
  'MoneyDeposited',
  'MoneyWithdrawn',
  'WithdrawalCancelled',
  'WithdrawalCancelledInAdvance',
  'RefundCredited',
]);

export const isOfStatus = (event: AccountEvent): event is StatusEvent => !OF_MONEY.has(event.type);

export const evolveStatus = (account: Opened, event: StatusEvent): Opened => {
  switch (event.type) {
    case 'AccountFrozen':
      return { ...account, status: 'frozen' };
    case 'AccountUnfrozen':
      return { ...account, status: 'open' };
    case 'AccountClosed':
      return { ...account, status: 'closed', ...closedBy(event.data) };
    case 'AccountReopened':
      return { ...reversed(account, event.data), status: 'open' };
    case 'AccountReopenedInAdvance':
      return reversed(account, event.data);
    default:
      return assertNever(event);
  }
};

const closedBy = ({ closureId }: Partial<Closure>) =>
  closureId === undefined ? {} : { closedBy: closureId };

const reversed = ({ closedBy: _closure, ...account }: Opened, { closureId }: Closure): Opened => ({
  ...account,
  reversedClosures: appendBounded(account.reversedClosures, closureId),
});
