import type { Out } from '../../lib/answers';
import { useLoad } from '../../lib/hooks';
import { money, signed } from '../../lib/money';
import { dateTimeOf } from '../../lib/time';
import { grouped, words } from '../../lib/words';
import type { PageProps } from '../../page-props';
import { Card, Empty, Page, Table } from '../../parts/basics';
import { Pager, Shown, usePages } from '../../parts/loaded';

const LINES = 15;

type Line = Out<'getStatement'>['lines'][number];
type Month = Out<'getMonthlyTotals'>['months'][number];

const Lines = ({ of }: { of: readonly Line[] }) => (
  <Table
    caption="Lines, newest first"
    head={[
      'When',
      'What',
      'Account or card',
      <span class="right">Amount</span>,
      <span class="right">Balance</span>,
    ]}
  >
    {of.map(({ line, number, at, what, amountCents, balanceCents, currency }) => (
      <tr key={`${number} ${line}`}>
        <td>{dateTimeOf(at)}</td>
        <td>{words(what)}</td>
        <td class="mono">{grouped(number)}</td>
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
            {kind} {grouped(number)}
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

export const Statement = ({ api, session: { customerId = '' } }: PageProps) => {
  const pages = usePages();
  const at = `/api/customers/${encodeURIComponent(customerId)}`;
  const page = new URLSearchParams({ limit: String(LINES), ...(pages.cursor && { cursor: pages.cursor }) });
  const lines = useLoad(
    () => api.get<Out<'getStatement'>>(`${at}/statement?${page.toString()}`),
    [pages.cursor],
  );
  const months = useLoad(() => api.get<Out<'getMonthlyTotals'>>(`${at}/monthly-totals?limit=12`), []);
  return (
    <Page title="Statement" lead="What came to and went from your accounts and cards, newest first.">
      <div class="stack">
        <Card title={`Lines, page ${pages.number}`}>
          <Shown of={lines}>
            {(data) =>
              data.lines.length === 0 ? <Empty>Nothing has moved yet.</Empty> : <Lines of={data.lines} />
            }
          </Shown>
          <Pager of={pages} next={lines.data?.next} />
        </Card>
        <Card title="By month">
          <Shown of={months}>
            {(data) =>
              data.months.length === 0 ? <Empty>No month yet.</Empty> : <Months of={data.months} />
            }
          </Shown>
        </Card>
      </div>
    </Page>
  );
};
