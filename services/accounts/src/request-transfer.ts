import { Rejected, type CommandContext, type CommandHandler } from '@bankside/kernel';
import { account, type AccountRejection, type AccountTypes, type TransferLimit } from './domain/account';
import type { TransferTypes } from './domain/transfer';

type TransferOrder = Readonly<{
  transferId: string;
  fromAccount: string;
  toAccount: string;
  amountCents: number;
  currency: string;
  purpose?: string;
  /** Who must hold the account that pays. */
  customerId?: string;
  limit: TransferLimit;
}>;

/**
 * Requests a transfer that both accounts accept as they are now. They decide again when the saga moves the money, because
 * they may change until then.
 */
export const requestTransfer =
  ({
    accounts,
    transfers,
  }: Readonly<{
    accounts: Pick<CommandHandler<AccountTypes>, 'load'>;
    transfers: CommandHandler<TransferTypes>;
  }>) =>
  (order: TransferOrder, context: CommandContext) =>
    transfers.handle<AccountRejection>(
      order.transferId,
      async () => {
        const { limit, customerId, ...transfer } = order;
        const { transferId, fromAccount, toAccount, amountCents, currency } = transfer;
        const [from, to] = await Promise.all([accounts.load(fromAccount), accounts.load(toAccount)]);
        const money = { amountCents, currency, transferId };
        const withdrawal = account.decide(
          {
            type: 'WithdrawMoney',
            data: {
              ...money,
              withdrawalId: transferId,
              limit,
              ...(customerId !== undefined && { customerId }),
            },
          },
          from.state,
        );
        if (withdrawal instanceof Rejected) return withdrawal;
        const deposit = account.decide(
          { type: 'DepositMoney', data: { ...money, depositId: transferId } },
          to.state,
        );
        if (deposit instanceof Rejected) return deposit;
        if (from.state.status === 'unopened' || to.state.status === 'unopened')
          throw new Error('An account that was never opened accepted a movement.');
        return {
          type: 'RequestTransfer',
          data: { ...transfer, customerId: from.state.customerId, recipientId: to.state.customerId },
        };
      },
      context,
    );
