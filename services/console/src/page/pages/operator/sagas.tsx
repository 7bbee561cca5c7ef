import { textOf } from '../../lib/text';
import type { Out } from '../../lib/answers';
import { useLoad } from '../../lib/hooks';
import { linkTo } from '../../lib/route';
import { dateTimeOf, duration } from '../../lib/time';
import { goTo } from '../../lib/use-place';
import { sagaName } from '../../lib/words';
import type { PageProps } from '../../page-props';
import { Badge, Card, Empty, Page, State, Table } from '../../parts/basics';
import { Choice } from '../../parts/forms';
import { Pager, Shown, usePages } from '../../parts/loaded';

const REFRESH_MS = 2_000;
const ROWS = 20;
const STATUSES = ['', 'running', 'completed', 'failed', 'canceled', 'terminated', 'timed-out'] as const;

type Sagas = Out<'listSagas'>['sagas'];

const Rows = ({ of }: { of: Sagas }) => (
  <Table
    caption="Sagas, newest first"
    head={['Saga', 'State', 'Turned back at', 'Started', 'Took', 'Temporal']}
  >
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
  const pages = usePages();
  const wanted = { status, customerId, cursor: pages.cursor ?? '' };
  const asked = new URLSearchParams([
    ['limit', String(ROWS)],
    ...Object.entries(wanted).filter(([, value]) => value !== ''),
  ]).toString();
  const list = useLoad(() => api.get<Out<'listSagas'>>(`/api/sagas?${asked}`), [asked], REFRESH_MS);
  return (
    <Page
      title="Sagas"
      lead="Every order, card payment and change of a number that goes through several services."
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
        <Shown of={list}>
          {({ sagas }) => (sagas.length === 0 ? <Empty>No saga here.</Empty> : <Rows of={sagas} />)}
        </Shown>
        <Pager of={pages} next={list.data?.next} />
      </Card>
    </Page>
  );
};
