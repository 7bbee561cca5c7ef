import { useState } from 'preact/hooks';
import type { Summary } from '../../lib/api-types';
import type { Api } from '../../lib/api';
import { centsOf, money } from '../../lib/money';
import { inGroups } from '../../lib/in-words';
import { Card } from '../../parts/basics';
import { ActionButton, ActionForm, CashDesk, Choice, Money } from '../../parts/forms';

type HoldingsProps = Readonly<{ api: Api; customerId: string; of: Summary; onDone: () => void }>;

type Values = Readonly<Record<string, string>>;
const cashOf = ({ amount = '', cashDesk }: Values, currency: string) => ({
  amountCents: centsOf(amount, currency),
  cashDesk,
});

const AccountActions = ({ api, of, onDone, customerId }: HoldingsProps) => {
  const accounts = of.accounts.data ?? [];
  return (
    <Card title="Account">
      {of.accounts.data?.length === 0 && (
        <ActionButton
          label="Open a savings account"
          kind="main"
          submit={(key) => api.change('POST', `/api/customers/${customerId}/accounts`, key, {})}
          onDone={onDone}
        />
      )}
      {accounts.map(({ accountNumber, status, balanceCents, currency }) => {
        const at = `/api/accounts/${accountNumber}`;
        const post = (what: string) => (key: string) => api.change('POST', `${at}/${what}`, key, {});
        return (
          <div class="stack" key={accountNumber}>
            <p class="small muted">
              Account <span class="mono">{inGroups(accountNumber)}</span>
            </p>
            <ActionForm
              inline
              label="Deposit"
              done="Deposited."
              submit={(values, key) => api.change('POST', `${at}/deposits`, key, cashOf(values, currency))}
              onDone={onDone}
            >
              <Money label="Deposit" currency={currency} />
              <CashDesk />
            </ActionForm>
            <ActionForm
              inline
              kind="plain"
              label="Withdraw"
              done="Withdrawn."
              submit={(values, key) => api.change('POST', `${at}/withdrawals`, key, cashOf(values, currency))}
              onDone={onDone}
            >
              <Money label="Withdraw" currency={currency} />
              <CashDesk />
            </ActionForm>
            <div class="actions">
              {status === 'frozen' ? (
                <ActionButton label="Unfreeze" submit={post('unfreeze')} onDone={onDone} />
              ) : (
                <ActionButton label="Freeze" submit={post('freeze')} onDone={onDone} />
              )}
              {balanceCents === 0 && (
                <ActionButton label="Close" kind="danger" submit={post('close')} onDone={onDone} />
              )}
            </div>
          </div>
        );
      })}
    </Card>
  );
};

const CardActions = ({ api, of, onDone, customerId }: HoldingsProps) => (
  <Card title="Card">
    {of.cards.data?.length === 0 && (
      <ActionForm
        inline
        label="Issue a credit card"
        done="Issued."
        submit={({ amount = '' }, key) =>
          api.change('POST', `/api/customers/${customerId}/cards`, key, { limitCents: centsOf(amount) })
        }
        onDone={onDone}
      >
        <Money label="Limit" />
      </ActionForm>
    )}
    {(of.cards.data ?? []).map(({ cardNumber, status }) => (
      <div class="stack" key={cardNumber}>
        <p class="small muted">
          Card <span class="mono">{inGroups(cardNumber)}</span>
        </p>
        {status !== 'blocked' && (
          <ActionButton
            label="Block permanently"
            kind="danger"
            confirmation="Block this card permanently?"
            submit={(key) => api.change('POST', `/api/cards/${cardNumber}/block`, key, {})}
            onDone={onDone}
          />
        )}
      </div>
    ))}
  </Card>
);

const IN_CASH = '';

const GrantLoan = ({ api, of, onDone, customerId }: HoldingsProps) => {
  const [inCash, setInCash] = useState(false);
  const accounts = (of.accounts.data ?? []).filter(({ status }) => status === 'open');
  return (
    <ActionForm
      label="Grant a loan"
      kind={of.loans.data?.length === 0 ? 'main' : 'plain'}
      done="Granted."
      submit={({ amount = '', payOutTo = IN_CASH, cashDesk }, key) =>
        api.change('POST', `/api/customers/${customerId}/loans`, key, {
          totalCents: centsOf(amount),
          ...(payOutTo === IN_CASH ? { cashDesk } : { payOutTo }),
        })
      }
      onDone={() => {
        setInCash(false);
        onDone();
      }}
    >
      <Money label="New loan" />
      <Choice
        label="Paid out"
        name="payOutTo"
        onChange={({ currentTarget: { value } }) => setInCash(value === IN_CASH)}
        options={[
          ...accounts.map(
            ({ accountNumber }) => [accountNumber, `To account ${inGroups(accountNumber)}`] as const,
          ),
          [IN_CASH, 'In cash'],
        ]}
      />
      {(inCash || accounts.length === 0) && <CashDesk />}
    </ActionForm>
  );
};

const LoanActions = ({ api, of, onDone, customerId }: HoldingsProps) => (
  <Card title="Loans">
    <GrantLoan {...{ api, of, onDone, customerId }} />
    {(of.loans.data ?? []).map(({ loanNumber, status, outstandingCents, currency }) => {
      const at = `/api/loans/${loanNumber}`;
      const post = (what: string) => (key: string) => api.change('POST', `${at}/${what}`, key, {});
      return (
        <div class="stack" key={loanNumber}>
          <p class="small muted">
            Loan <span class="mono">{inGroups(loanNumber)}</span>, {money(outstandingCents, currency)}{' '}
            outstanding
          </p>
          {outstandingCents > 0 && status !== 'granted' && status !== 'cancelled' && (
            <ActionForm
              inline
              label="Repay"
              done="Repaid."
              submit={(values, key) => api.change('POST', `${at}/repayments`, key, cashOf(values, currency))}
              onDone={onDone}
            >
              <Money label="Repay" currency={currency} />
              <CashDesk />
            </ActionForm>
          )}
          {status === 'granted' && <p class="small muted">The loan is being paid out to the account.</p>}
          {status === 'cancelled' && (
            <p class="small muted">Cancelled: the account did not take the money.</p>
          )}
          {(status === 'open' || status === 'locked') && (
            <div class="actions">
              {status === 'locked' ? (
                <ActionButton label="End the review" submit={post('unlock')} onDone={onDone} />
              ) : (
                <ActionButton label="Put under review" submit={post('lock')} onDone={onDone} />
              )}
              {outstandingCents === 0 && (
                <ActionButton label="Close" submit={post('close')} onDone={onDone} />
              )}
            </div>
          )}
        </div>
      );
    })}
  </Card>
);

/** The teller's actions on the holdings of a customer. */
export const Holdings = (props: HoldingsProps) => (
  <div class="grid three">
    <AccountActions {...props} />
    <CardActions {...props} />
    <LoanActions {...props} />
  </div>
);
