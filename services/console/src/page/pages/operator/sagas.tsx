import { textOf } from '../../lib/text';
import type { ResponseOf } from '../../lib/api-types';
import { useLoad } from '../../lib/hooks';
import { linkTo } from '../../lib/route';
import { dateTimeOf, duration } from '../../lib/time';
import { goTo } from '../../lib/use-route';
import { sagaName } from '../../lib/in-words';
import type { PageProps } from '../../page-props';
import { Badge, Card, Empty, Page, State, Table } from '../../parts/basics';
import { Choice } from '../../parts/forms';
import { Pager, WhenLoaded, usePages } from '../../parts/loaded';

const REFRESH_MS = 2_000;
const ROWS = 20;
const STATUSES = ['', 'running', 'completed', 'failed', 'canceled', 'terminated', 'timed-out'] as const;

type Sagas = ResponseOf<'listSagas'>['sagas'];

const Rows = ({ of }: { of: Sagas }) => (
  <Table caption="Sagas, newest first" head={['Saga', 'State', 'Step', 'Started', 'Duration', 'Temporal']}>
    {of.map(({ sagaId, saga, status, startedAt, endedAt, attributes, link }) => (
      <tr key={sagaId}>
        <td>
          <a href={linkTo(['operator', 'sagas', sagaId])}>{sagaName(saga)}</a>
          <br />
          <code class="muted">{sagaId.slice(0, 18)}…</code>
        </td>
        <td>
          <State of={textOf(attributes['sagaState'] ?? status)} />{' '}
          {attributes['NeedsAttention'] === true && <Badge tone="bad">Needs attention</Badge>}
        </td>
        <td>{textOf(attributes['step'] ?? '–')}</td>
        <td>{dateTimeOf(startedAt)}</td>
        <td>{endedAt === undefined ? '–' : duration(Date.parse(endedAt) - Date.parse(startedAt))}</td>
        <td>{link === undefined ? '–' : <a href={link}>Open</a>}</td>
      </tr>
    ))}
  </Table>
);

export const Sagas = ({ api, query }: PageProps) => {
  const status = query.get('status') ?? '';
  const customerId = query.get('customerId') ?? '';
  const pages = usePages(query);
  const wanted = { status, customerId, cursor: pages.cursor ?? '' };
  const parameters = new URLSearchParams([
    ['limit', String(ROWS)],
    ...Object.entries(wanted).filter(([, value]) => value !== ''),
  ]).toString();
  const list = useLoad(
    () => api.get<ResponseOf<'listSagas'>>(`/api/sagas?${parameters}`),
    [parameters],
    REFRESH_MS,
  );
  return (
    <Page
      title="Sagas"
      lead="Orders, card payments and mobile number changes that involve several services."
      aside={
        <Choice
          label="Show"
          value={status}
          onChange={({ currentTarget: { value } }) =>
            goTo(linkTo(['operator', 'sagas'], { status: value, customerId }))
          }
          options={STATUSES.map((one) => [one, one === '' ? 'all' : one])}
        />
      }
    >
      <Card>
        <WhenLoaded of={list}>
          {({ sagas }) => (sagas.length === 0 ? <Empty>No sagas.</Empty> : <Rows of={sagas} />)}
        </WhenLoaded>
        <Pager of={pages} next={list.data?.next} />
      </Card>
    </Page>
  );
};
