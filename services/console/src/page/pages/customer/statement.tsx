import type { ResponseOf } from '../../lib/api-types';
import { useLoad } from '../../lib/hooks';
import { money, signed } from '../../lib/money';
import { dateTimeOf } from '../../lib/time';
import { inGroups, inWords } from '../../lib/in-words';
import type { PageProps } from '../../page-props';
import { Card, Empty, Page, Table } from '../../parts/basics';
import { Pager, WhenLoaded, usePages } from '../../parts/loaded';

const LINES = 15;

type Line = ResponseOf<'getStatement'>['lines'][number];
type Month = ResponseOf<'getMonthlyTotals'>['months'][number];

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
    {of.map(({ line, number, at, what, amountCents, balanceCents, currency }) => (
      <tr key={`${number} ${line}`}>
        <td>{dateTimeOf(at)}</td>
        <td>{inWords(what)}</td>
        <td class="mono">{inGroups(number)}</td>
        <td class={amountCents > 0 ? 'right plus' : 'right'}>{signed(amountCents, currency)}</td>
        <td class="right">{money(balanceCents, currency)}</td>
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
            {kind} {inGroups(number)}
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
  const pages = usePages(query);
  const at = `/api/customers/${encodeURIComponent(customerId)}`;
  const page = new URLSearchParams({ limit: String(LINES), ...(pages.cursor && { cursor: pages.cursor }) });
  const lines = useLoad(
    () => api.get<ResponseOf<'getStatement'>>(`${at}/statement?${page.toString()}`),
    [pages.cursor],
  );
  const months = useLoad(() => api.get<ResponseOf<'getMonthlyTotals'>>(`${at}/monthly-totals?limit=12`), []);
  return (
    <Page title="Statement" lead="Every movement on your accounts and cards, newest first.">
      <div class="stack">
        <Card title="Movements">
          <WhenLoaded of={lines}>
            {(data) =>
              data.lines.length === 0 ? <Empty>No movements yet.</Empty> : <Lines of={data.lines} />
            }
          </WhenLoaded>
          <Pager of={pages} next={lines.data?.next} />
        </Card>
        <Card title="By month">
          <WhenLoaded of={months}>
            {(data) =>
              data.months.length === 0 ? <Empty>No movements yet.</Empty> : <Months of={data.months} />
            }
          </WhenLoaded>
        </Card>
      </div>
    </Page>
  );
};
