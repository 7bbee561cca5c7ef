import { numbers, type Bank, type Later } from './bank-story';

const DEBT_CENTS = 700;

const [sender, recipient] = [numbers(4), numbers(0)];
const { accountNumber, customerId, currency } = sender;
const account = { accountNumber, customerId, currency };
const ofAccount = { stream: `account-${accountNumber}` };
const counterparty = recipient.accountNumber;

const withdrawals =
  (money: Bank) =>
  (type: 'money-withdrawn' | 'withdrawal-cancelled', amountCents: number, what: object): Later =>
  () => ({
    type: `accounts.${type}.v1` as const,
    data: {
      ...account,
      withdrawalId: 'w',
      ...what,
      amountCents,
      ...money.balance(4, type === 'money-withdrawn' ? -amountCents : amountCents),
    },
    ...ofAccount,
  });

/** A transfer that is completed, and one whose money returns. */
const transfers = (money: Bank): readonly Later[] => {
  const withdrawn = withdrawals(money);
  const requested =
    (transferId: string): Later =>
    () => ({
      type: 'accounts.transfer-requested.v1',
      data: {
        transferId,
        customerId,
        recipientId: recipient.customerId,
        fromAccount: accountNumber,
        toAccount: counterparty,
        amountCents: 400,
        currency,
      },
      stream: `transfer-${transferId}`,
    });
  const by = (transferId: string) => ({ transferId, counterparty });
  return [
    requested('transfer-1'),
    withdrawn('money-withdrawn', 400, by('transfer-1')),
    () => ({
      type: 'accounts.money-deposited.v1',
      data: {
        accountNumber: counterparty,
        customerId: recipient.customerId,
        currency,
        depositId: 'transfer-1',
        transferId: 'transfer-1',
        counterparty: accountNumber,
        amountCents: 400,
        ...money.balance(0, 400),
      },
      stream: `account-${counterparty}`,
    }),
    () => ({
      type: 'accounts.transfer-completed.v1',
      data: { transferId: 'transfer-1', customerId },
      stream: 'transfer-transfer-1',
    }),
    requested('transfer-2'),
    withdrawn('money-withdrawn', 400, by('transfer-2')),
    withdrawn('withdrawal-cancelled', 400, by('transfer-2')),
    () => ({
      type: 'accounts.transfer-rejected.v1',
      data: { transferId: 'transfer-2', customerId, reason: 'counterparty-not-open' },
      stream: 'transfer-transfer-2',
    }),
  ];
};

/** A loan that is paid out and repaid from the account, and one that is cancelled. */
const loans = (money: Bank): readonly Later[] => {
  const withdrawn = withdrawals(money);
  const loan = (loanNumber: string) => ({ loanNumber, customerId, currency });
  const [paidOut, cancelled] = ['2900000007', '2900000015'] as const;
  const granted =
    (loanNumber: string): Later =>
    () => ({
      type: 'loans.loan-granted.v1',
      data: {
        ...loan(loanNumber),
        totalCents: DEBT_CENTS,
        paidCents: 0,
        outstandingCents: DEBT_CENTS,
        payOutTo: accountNumber,
      },
      stream: `loan-${loanNumber}`,
    });
  return [
    granted(paidOut),
    () => ({
      type: 'accounts.money-deposited.v1',
      data: {
        ...account,
        depositId: `loan-${paidOut}`,
        loanNumber: paidOut,
        amountCents: DEBT_CENTS,
        ...money.balance(4, DEBT_CENTS),
      },
      ...ofAccount,
    }),
    () => ({
      type: 'loans.loan-paid-out.v1',
      data: { ...loan(paidOut), payOutTo: accountNumber },
      stream: `loan-${paidOut}`,
    }),
    withdrawn('money-withdrawn', 200, { loanNumber: paidOut }),
    () => ({
      type: 'loans.loan-repaid.v1',
      data: {
        ...loan(paidOut),
        repaymentId: 'w',
        amountCents: 200,
        totalCents: DEBT_CENTS,
        paidCents: 200,
        outstandingCents: DEBT_CENTS - 200,
        fromAccount: accountNumber,
      },
      stream: `loan-${paidOut}`,
    }),
    granted(cancelled),
    () => ({
      type: 'loans.loan-cancelled.v1',
      data: { ...loan(cancelled), amountCents: DEBT_CENTS, outstandingCents: 0, reason: 'account-not-open' },
      stream: `loan-${cancelled}`,
    }),
  ];
};

export const transferStory = (money: Bank): readonly Later[] => [...transfers(money), ...loans(money)];
