import { textOf } from '../../lib/text';
import type { ConsumersOfService, Projection, ResponseOf } from '../../lib/api-types';
import { deadLettersInWords, worstOf } from '../../lib/consumers';
import { useLoad } from '../../lib/hooks';
import { money } from '../../lib/money';
import { inWords, sagaName } from '../../lib/in-words';
import type { PageProps } from '../../page-props';
import { AuditCard } from './audit';
import { Badge, Card, Empty, Facts, Page, State } from '../../parts/basics';
import { LoadedCard, WhenLoaded } from '../../parts/loaded';

const REFRESH_MS = 2_000;
const CURRENCY = 'EUR';

type Counts = Readonly<Record<string, number>>;
type Totals = ResponseOf<'getBankTotals'> &
  Readonly<{ accounts: Counts; cards: Counts; loans: Counts; orders: Counts; payments: Counts }>;

const Books = ({ of }: { of: Totals }) => {
  const { moneyInCents, moneyHeldCents, moneySpentCents } = of;
  const balanced = moneyInCents === moneyHeldCents + moneySpentCents;
  return (
    <Card
      title="The books"
      wide
      aside={
        balanced ? <Badge tone="ok">Balanced to the cent</Badge> : <Badge tone="bad">Out of balance</Badge>
      }
    >
      <div class="equation">
        <span>
          <b class="big">{money(moneyInCents)}</b>
          <span class="small muted">money in</span>
        </span>
        <span aria-hidden="true">=</span>
        <span>
          <b class="big">{money(moneyHeldCents)}</b>
          <span class="small muted">held on accounts</span>
        </span>
        <span aria-hidden="true">+</span>
        <span>
          <b class="big">{money(moneySpentCents)}</b>
          <span class="small muted">spent</span>
        </span>
      </div>
      <Facts
        of={[
          ['Accounts open', of.accounts['opened']! - of.accounts['closed']!],
          ['Orders placed', of.orders['placed']],
          ['Orders confirmed', of.orders['confirmed']],
          ['Captured', money(of.payments['capturedCents']!)],
          ['Owed on cards', money(of.cards['owedCents']!)],
          ['Outstanding loans', money(of.loans['outstandingCents']!)],
        ]}
      />
    </Card>
  );
};

const Views = ({ of }: { of: readonly Projection[] }) => (
  <>
    <ul class="rows">
      {of.map(({ name, state, deadLetters }) => (
        <li key={name}>
          <span>{inWords(name)}</span>
          <span>
            {deadLetters > 0 && <Badge tone="bad">{deadLettersInWords(deadLetters)}</Badge>}{' '}
            <State of={state} />
          </span>
        </li>
      ))}
    </ul>
    <p class="small">
      <a href="#/operator/views">All views</a>
    </p>
  </>
);

const Consumers = ({ of }: { of: readonly ConsumersOfService[] }) => (
  <>
    <ul class="rows">
      {of.map(({ service, status, consumers }) => {
        const parked = consumers.reduce((sum, one) => sum + one.parked, 0);
        return (
          <li key={service}>
            <span>{service}</span>
            <span>
              {parked > 0 && <Badge tone="bad">{deadLettersInWords(parked)}</Badge>}{' '}
              <State of={status === 'ok' ? worstOf(consumers) : status} />
            </span>
          </li>
        );
      })}
    </ul>
    <p class="small">
      <a href="#/operator/consumers">All consumers</a>
    </p>
  </>
);

type ApiProps = Pick<PageProps, 'api'>;

const RunningSagas = ({ api }: ApiProps) => {
  const sagas = useLoad(
    () => api.get<ResponseOf<'listSagas'>>('/api/sagas?status=running&limit=20'),
    [],
    REFRESH_MS,
  );
  return (
    <Card title="Running sagas" aside={<a href="#/operator/sagas">All sagas</a>}>
      <WhenLoaded of={sagas}>
        {({ sagas: running }) =>
          running.length === 0 ? (
            <Empty>No saga is running.</Empty>
          ) : (
            <ul class="rows">
              {running.map(({ sagaId, saga, attributes }) => (
                <li key={sagaId}>
                  <a href={`#/operator/sagas/${encodeURIComponent(sagaId)}`}>{sagaName(saga)}</a>
                  <span>
                    {attributes['NeedsAttention'] === true && <Badge tone="bad">Needs attention</Badge>}{' '}
                    <State of={textOf(attributes['sagaState'] ?? 'running')} />
                  </span>
                </li>
              ))}
            </ul>
          )
        }
      </WhenLoaded>
    </Card>
  );
};

/** Also lists trouble of sagas that have ended: an item leaves the list only when it is resolved. */
const NeedsPerson = ({ api }: ApiProps) => {
  const list = useLoad(
    () => api.get<ResponseOf<'listAttention'>>('/api/attention?state=open&limit=10'),
    [],
    REFRESH_MS,
  );
  return (
    <Card
      title="Needs a person"
      aside={
        <>
          {list.data !== undefined && (
            <Badge tone={list.data.open === 0 ? 'ok' : 'bad'}>{list.data.open}</Badge>
          )}{' '}
          <a href="#/operator/attention">All</a>
        </>
      }
    >
      <WhenLoaded of={list}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty>Nothing needs a person.</Empty>
          ) : (
            <ul class="rows">
              {items.map((item) => (
                <li key={item.attentionId}>
                  <a
                    href={
                      item.sagaId === undefined
                        ? '#/operator/attention'
                        : `#/operator/sagas/${encodeURIComponent(item.sagaId)}`
                    }
                  >
                    {item.title}
                  </a>
                  <Badge tone="bad">{item.cause}</Badge>
                </li>
              ))}
            </ul>
          )
        }
      </WhenLoaded>
    </Card>
  );
};

const BooksOrProblem = ({ api }: ApiProps) => {
  const totals = useLoad(() => api.get<Totals>(`/api/bank-totals/${CURRENCY}`), [], REFRESH_MS);
  if (totals.problem?.body.status === 404)
    return (
      <Card title="The books" wide>
        <Empty>No money has moved yet.</Empty>
      </Card>
    );
  return totals.data !== undefined && totals.problem === undefined ? (
    <Books of={totals.data} />
  ) : (
    <LoadedCard title="The books" wide of={totals}>
      {(data) => <Books of={data} />}
    </LoadedCard>
  );
};

/** Each card loads its own data, so that a failure in one does not hide the others. */
export const Overview = ({ api }: PageProps) => {
  const views = useLoad(() => api.get<ResponseOf<'listProjections'>>('/api/projections'), [], REFRESH_MS);
  const consumers = useLoad(() => api.get<ResponseOf<'listConsumers'>>('/api/consumers'), [], REFRESH_MS);
  return (
    <Page title="Overview" lead="The current state of the books, consumers, views and sagas.">
      <div class="grid two">
        <BooksOrProblem api={api} />
        <div class="stack">
          <NeedsPerson api={api} />
          <RunningSagas api={api} />
          <LoadedCard title="Views" of={views}>
            {({ projections }) => <Views of={projections} />}
          </LoadedCard>
        </div>
        <div class="stack">
          <LoadedCard title="Consumers" of={consumers}>
            {({ services }) => <Consumers of={services} />}
          </LoadedCard>
          <AuditCard api={api} />
        </div>
      </div>
    </Page>
  );
};
