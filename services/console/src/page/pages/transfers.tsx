import { useState } from 'preact/hooks';
import type { Api } from '../lib/api';
import type { Account, ResponseOf, Transfer } from '../lib/api-types';
import { useLoad } from '../lib/hooks';
import { inGroups, reasonInWords } from '../lib/in-words';
import { linkTo } from '../lib/route';
import { centsOf, money } from '../lib/money';
import { dateTimeOf } from '../lib/time';
import { roleHere } from '../lib/use-route';
import type { PageProps } from '../page-props';
import { Card, Empty, Facts, Page, State, Table } from '../parts/basics';
import { ActionForm, Field, Money } from '../parts/forms';
import { FromAccount, isOpen } from '../parts/from-account';
import { LoadedCard, Pager, WhenLoaded, useList } from '../parts/loaded';
import { Thing } from '../parts/thing';

const ROWS = 15;
const REFRESH_MS = 3_000;
const OWN = 'own-accounts';

const Send = ({ api, of, onDone }: { api: Api; of: readonly Account[]; onDone: () => void }) => {
  const [number, setNumber] = useState('');
  const from = of.find(({ accountNumber }) => accountNumber === number) ?? of.find(isOpen);
  if (from === undefined) return <Empty>A transfer needs an open account.</Empty>;
  const { currency, transferableTodayCents } = from;
  return (
    <ActionForm
      label="Send"
      done="Transferred."
      onDone={onDone}
      submit={({ fromAccount, toAccount = '', amount = '', purpose = '' }, key) =>
        api.changeBySaga('POST', '/api/transfers', key, {
          fromAccount,
          toAccount: toAccount.replaceAll(/\s/g, ''),
          amountCents: centsOf(amount, currency),
          currency,
          ...(purpose !== '' && { purpose }),
        })
      }
    >
      <FromAccount
        of={of}
        onChoice={setNumber}
        hint={`${money(transferableTodayCents, currency)} of today’s limit are left.`}
      />
      <Field
        label="To account number"
        name="toAccount"
        required
        inputMode="numeric"
        autoComplete="off"
        pattern="[0-9 ]{10,14}"
        title="The ten digits of an account of this bank"
        list={OWN}
        hint="Ten digits; an own account or another person’s"
      />
      <datalist id={OWN}>
        {of
          .filter((account) => account !== from && isOpen(account))
          .map(({ accountNumber }) => (
            <option key={accountNumber} value={accountNumber} />
          ))}
      </datalist>
      <Money currency={currency} />
      <Field label="Purpose" name="purpose" maxLength={140} autoComplete="off" hint="For the recipient" />
    </ActionForm>
  );
};

const Rows = ({ of }: { of: readonly Transfer[] }) => (
  <Table
    caption="Transfers, newest first"
    head={['Date', 'From', 'To', 'Purpose', <span class="right">Amount</span>, 'State']}
  >
    {of.map(
      ({
        transferId,
        requestedAt,
        fromAccount,
        toAccount,
        purpose,
        amountCents,
        currency,
        status,
        reason,
      }) => (
        <tr key={transferId}>
          <td>
            <Thing kind="transfer" id={transferId} role={roleHere()}>
              {dateTimeOf(requestedAt)}
            </Thing>
          </td>
          <td class="mono">{inGroups(fromAccount)}</td>
          <td class="mono">{inGroups(toAccount)}</td>
          <td>{purpose ?? '–'}</td>
          <td class="right">{money(amountCents, currency)}</td>
          <td>
            <State of={status} />
            {reason !== undefined && <div class="small muted">{reasonInWords(reason)}</div>}
          </td>
        </tr>
      ),
    )}
  </Table>
);

/** The transfers of a customer, who is signed in or whom a teller serves. */
export const Transfers = ({ api, session, params, query }: PageProps) => {
  const customerId = params['id'] ?? session.customerId ?? '';
  const at = `/api/customers/${encodeURIComponent(customerId)}`;
  const { list, pages } = useList<ResponseOf<'listTransfers'>>(
    { api, query },
    `${at}/transfers`,
    { limit: ROWS },
    REFRESH_MS,
  );
  const accounts = useLoad(async () => {
    const all = await api.all<Account>(`${at}/accounts`, 'accounts');
    return all.filter(({ status }) => status !== 'closed');
  }, [at]);
  const isTeller = roleHere() === 'teller';
  return (
    <Page
      title="Transfers"
      lead={
        isTeller ? (
          <>
            Of customer <Thing kind="customer" id={customerId} role="teller" />
          </>
        ) : (
          'To your other accounts and to other customers, who see your account number, the amount and the purpose.'
        )
      }
    >
      <div class="stack">
        <Card title="Send money">
          <WhenLoaded of={accounts}>
            {(data) => (
              <Send
                api={api}
                of={data}
                onDone={() => {
                  accounts.reload();
                  list.reload();
                }}
              />
            )}
          </WhenLoaded>
        </Card>
        <LoadedCard title="Sent" of={list}>
          {({ transfers, next }) => (
            <>
              {transfers.length === 0 ? <Empty>No transfers yet.</Empty> : <Rows of={transfers} />}
              <Pager of={pages} next={next} />
            </>
          )}
        </LoadedCard>
      </div>
    </Page>
  );
};

const LEADS: Readonly<Record<Transfer['status'], string>> = {
  requested: 'The transfer is in progress.',
  completed: 'The money is on the other account.',
  rejected: 'No money has moved, or it is back on the account of the sender.',
};

/** One transfer, of which the recipient sees the same. */
export const TransferPage = ({ api, params: { id = '' } }: PageProps) => {
  const transfer = useLoad(
    () => api.get<ResponseOf<'getTransfer'>>(`/api/transfers/${encodeURIComponent(id)}`),
    [id],
    REFRESH_MS,
  );
  const { data } = transfer;
  const role = roleHere();
  return (
    <Page title="Transfer" lead={data && LEADS[data.status]} aside={data && <State of={data.status} />}>
      <LoadedCard title="The transfer" of={transfer}>
        {({ fromAccount, toAccount, amountCents, currency, purpose, reason }) => (
          <>
            <Facts
              of={[
                ['Amount', money(amountCents, currency)],
                ['From', <Thing kind="account" id={fromAccount} role={role} />],
                ['To', <Thing kind="account" id={toAccount} role={role} />],
                ['Purpose', purpose ?? '–'],
                ...(reason === undefined ? [] : [['Reason', reasonInWords(reason)] as const]),
                ['Transfer number', <code>{id}</code>],
              ]}
            />
            <p class="small">
              <a href={linkTo(['operator', 'sagas', id])}>View the saga</a>{' '}
              <span class="muted">(operators)</span>
            </p>
          </>
        )}
      </LoadedCard>
    </Page>
  );
};
