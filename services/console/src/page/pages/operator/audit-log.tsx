import type { ResponseOf } from '../../lib/api-types';
import { reasonInWords, sagaName } from '../../lib/in-words';
import { kindOfField } from '../../lib/links';
import { Thing } from '../../parts/thing';
import { typedIn } from '../../lib/text';
import { linkTo } from '../../lib/route';
import { dateTimeOf } from '../../lib/time';
import { goTo } from '../../lib/use-route';
import type { PageProps } from '../../page-props';
import { Badge, Card, Empty, Page, Table } from '../../parts/basics';
import { InlineForm, Pager, WhenLoaded, useList } from '../../parts/loaded';
import { Button, Field } from '../../parts/forms';

const REFRESH_MS = 5_000;
const ROWS = 50;
const FILTERS = { subject: 'Who', action: 'Action', customerId: 'Customer' } as const;

type Entry = ResponseOf<'listAuditLog'>['entries'][number];

const Outcome = ({ of: { status, problem } }: { of: Entry }) => {
  if (status === undefined) return <Badge>unknown</Badge>;
  return status < 400 ? (
    <Badge>{status}</Badge>
  ) : (
    <Badge tone="bad">{problem === undefined ? status : reasonInWords(problem)}</Badge>
  );
};

const Target = ({ name, value }: { name: string; value: unknown }) => {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const kind = kindOfField(name);
  return kind === undefined ? <code>{text}</code> : <Thing kind={kind} id={text} role="operator" />;
};

const Rows = ({ of }: { of: readonly Entry[] }) => (
  <Table
    caption="What staff did, newest first"
    head={['Time', 'Who', 'Action', 'On', 'Customers seen', 'Reason', 'Outcome', 'Trace']}
  >
    {of.map((entry) => (
      <tr key={`${entry.at} ${entry.subject} ${entry.action} ${entry.traceId}`}>
        <td>{dateTimeOf(entry.at)}</td>
        <td>
          {entry.subject}
          <br />
          <span class="small muted">{entry.roles.join(', ')}</span>
        </td>
        <td>{sagaName(entry.action)}</td>
        <td>
          {Object.entries(entry.targets).map(([name, value]) => (
            <div key={name} class="small">
              {name} <Target name={name} value={value} />
            </div>
          ))}
        </td>
        <td>
          {entry.customers.map((customerId) => (
            <div key={customerId} class="small">
              <a href={linkTo(['operator', 'audit-log'], { customerId })}>{customerId}</a>
            </div>
          ))}
        </td>
        <td>{entry.reason ?? '–'}</td>
        <td>
          <Outcome of={entry} />
        </td>
        <td>
          <code class="small">{entry.traceId}</code>
        </td>
      </tr>
    ))}
  </Table>
);

export const AuditLog = ({ api, query }: PageProps) => {
  const filters = Object.fromEntries(
    Object.keys(FILTERS).flatMap((name) => (query.get(name) ? [[name, query.get(name)!]] : [])),
  );
  const { list, pages } = useList<ResponseOf<'listAuditLog'>>(
    { api, query },
    '/api/audit-log',
    { limit: ROWS, ...filters },
    REFRESH_MS,
  );
  return (
    <Page
      title="Audit log"
      lead="Fault switches, rebuilds, replays, decisions about sagas, closures of customers, and each time staff read a person."
      aside={
        <InlineForm
          class="actions"
          send={(form) => {
            const wanted = Object.keys(FILTERS).map((name) => [name, typedIn(form, name)]);
            goTo(linkTo(['operator', 'audit-log'], Object.fromEntries(wanted)));
          }}
        >
          {Object.entries(FILTERS).map(([name, label]) => (
            <Field
              key={name}
              label={label}
              name={name}
              defaultValue={query.get(name) ?? ''}
              autoComplete="off"
            />
          ))}
          <Button type="submit">Filter</Button>
        </InlineForm>
      }
    >
      <Card>
        <WhenLoaded of={list}>
          {({ entries }) => (entries.length === 0 ? <Empty>No entries.</Empty> : <Rows of={entries} />)}
        </WhenLoaded>
        <Pager of={pages} next={list.data?.next} />
      </Card>
    </Page>
  );
};
