import { waitForPayout, type ApiClient, type ApiReply } from '@bankside/client';
import { forEachConcurrently } from '@bankside/std';
import { CURRENCY, type Plan, type PlannedLoan } from './plan';
import type { Progress, SentCustomer, SentLoan } from './sent';

type Send = (path: string, key: string, body: object) => Promise<ApiReply>;

/** Grants a loan that is paid out to an account, sends a part of it to another account, and repays another part. */
export const loanSender = (teller: ApiClient, send: Send) => {
  /** Waits for the result of a saga: the same request with the same key waits on. */
  const ended = async (path: string, key: string, body: object): Promise<ApiReply> => {
    for (;;) {
      const reply = await send(path, key, body);
      if (reply.status !== 202) return reply;
    }
  };

  return async (
    { key, customerId, accountNumber }: SentCustomer,
    plan: PlannedLoan,
    toAccount: string,
  ): Promise<SentLoan> => {
    const { totalCents, sentCents, repaidCents } = plan;
    const fromAccount = accountNumber;
    const granted = await send(`/api/customers/${customerId}/loans`, `loan-${key}`, {
      totalCents,
      currency: CURRENCY,
      payOutTo: accountNumber,
    });
    const loanNumber = String(granted.body['loanNumber']);
    await waitForPayout(teller, loanNumber);
    const money = { fromAccount, currency: CURRENCY };
    const sent = await ended('/api/transfers', `transfer-${key}`, {
      ...money,
      toAccount,
      amountCents: sentCents,
      purpose: 'Records',
    });
    await ended('/api/loan-repayments', `repayment-${key}`, {
      ...money,
      loanNumber,
      amountCents: repaidCents,
    });
    return { plan, loanNumber, transferId: String(sent.body['transferId']), fromAccount, toAccount };
  };
};

/** After the orders, so that the money pays for none of them. */
export const sendLoans = async (
  send: ReturnType<typeof loanSender>,
  plan: Plan,
  customers: readonly SentCustomer[],
  { concurrency, progress }: Readonly<{ concurrency: number; progress: Progress }>,
): Promise<readonly SentLoan[]> => {
  const byKey = new Map(customers.map((customer) => [customer.key, customer]));
  const borrowers = plan.customers.flatMap(({ key, loan }) => (loan ? [{ key, loan }] : []));
  const loans: SentLoan[] = [];
  await forEachConcurrently(borrowers, concurrency, async ({ key, loan }) => {
    loans.push(await send(byKey.get(key)!, loan, byKey.get(loan.recipient)!.accountNumber));
    progress('loans', loans.length, borrowers.length);
  });
  return loans;
};
