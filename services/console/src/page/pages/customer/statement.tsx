import type { ResponseOf } from '../../lib/api-types';
import { useLoad } from '../../lib/hooks';
import { money, signed } from '../../lib/money';
import { dateTimeOf } from '../../lib/time';
import { inGroups, inWords } from '../../lib/in-words';
import type { PageProps } from '../../page-props';
import { Empty, Page, Table } from '../../parts/basics';
import { LoadedCard, Pager, useFilters, useList } from '../../parts/loaded';
import { Thing } from '../../parts/thing';

const LINES = 15;

type Line = ResponseOf<'getStatement'>['lines'][number];
type Month = ResponseOf<'getMonthlyTotals'>['months'][number];

/** What a line belongs to, and for a transfer with whom and why. */
const About = ({
  of: { orderId, transferId, counterparty, purpose, loanNumber, amountCents },
}: {
  of: Line;
}) => (
  <div class="small muted">
    {orderId !== undefined && (
      <Thing kind="order" id={orderId} role="customer">
        Order
      </Thing>
    )}
    {loanNumber !== undefined && `Loan ${inGroups(loanNumber)}`}
    {transferId !== undefined && (
      <Thing kind="transfer" id={transferId} role="customer">
        {counterparty === undefined
          ? 'Transfer'
          : `${amountCents > 0 ? 'From' : 'To'} account ${inGroups(counterparty)}`}
      </Thing>
    )}
    {purpose !== undefined && `: ${purpose}`}
  </div>
);

const Lines = ({ of }: { of: readonly Line[] }) => (
  <Table
    caption="Movements, newest first"
    head={[
      'Date',
      'Description',
      'Account or card',
      <span class="right">Amount</span>,
      <span class="right">Balance</span>,
    ]}
  >
    {of.map((line) => (
      <tr key={`${line.number} ${line.line}`}>
        <td>{dateTimeOf(line.at)}</td>
        <td>
          {inWords(line.what)}
          <About of={line} />
        </td>
        <td>
          <Thing kind={line.kind} id={line.number} role="customer" />
        </td>
        <td class={line.amountCents > 0 ? 'right plus' : 'right'}>
          {signed(line.amountCents, line.currency)}
        </td>
        <td class="right">{money(line.balanceCents, line.currency)}</td>
      </tr>
    ))}
  </Table>
);

const Months = ({ of }: { of: readonly Month[] }) => (
  <ul class="rows">
    {of.map(({ month, number, kind, inCents, outCents, closingCents, currency }) => (
      <li key={`${month} ${number}`}>
        <span>
          <strong>{month}</strong>{' '}
          <span class="small muted">
            {inWords(kind)} {inGroups(number)}
          </span>
        </span>
        <span>
          {signed(inCents, currency)} {signed(-outCents, currency)} ={' '}
          <strong>{money(closingCents, currency)}</strong>
        </span>
      </li>
    ))}
  </ul>
);

export const Statement = ({ api, session: { customerId = '' }, query }: PageProps) => {
  const at = `/api/customers/${encodeURIComponent(customerId)}`;
  const { filters, show } = useFilters(query, ['number']);
  const { list: lines, pages } = useList<ResponseOf<'getStatement'>>({ api, query }, `${at}/statement`, {
    limit: LINES,
    ...filters,
  });
  const months = useLoad(() => api.get<ResponseOf<'getMonthlyTotals'>>(`${at}/monthly-totals?limit=12`), []);
  return (
    <Page title="Statement" lead="Every movement on your accounts and cards, newest first.">
      <div class="stack">
        {filters.number !== '' && (
          <p>
            Only those of <span class="mono">{inGroups(filters.number)}</span>.{' '}
            <button type="button" class="link" onClick={() => show({ number: '' })}>
              Show all
            </button>
          </p>
        )}
        <LoadedCard title="Movements" of={lines}>
          {(data) => (
            <>
              {data.lines.length === 0 ? <Empty>No movements yet.</Empty> : <Lines of={data.lines} />}
              <Pager of={pages} next={data.next} />
            </>
          )}
        </LoadedCard>
        <LoadedCard title="By month" of={months}>
          {(data) =>
            data.months.length === 0 ? <Empty>No movements yet.</Empty> : <Months of={data.months} />
          }
        </LoadedCard>
      </div>
    </Page>
  );
};
