import type { ConsumersOfService, ResponseOf } from '../../lib/api-types';
import { deadLettersInWords, type Consumer } from '../../lib/consumers';
import { useLoad } from '../../lib/hooks';
import { linkTo } from '../../lib/route';
import type { PageProps } from '../../page-props';
import { Badge, Card, Page, State, Table } from '../../parts/basics';
import { LAG_HEAD, LagCells } from '../../parts/lag';
import { WhenLoaded } from '../../parts/loaded';

const REFRESH_MS = 2_000;
const HEAD = ['Service', 'Consumer', ...LAG_HEAD, 'Dead letters'] as const;

const Row = ({ service, of }: { service: string; of: Consumer }) => {
  const { consumer, parked } = of;
  return (
    <tr>
      <td>{service}</td>
      <td>{consumer}</td>
      <LagCells of={of} />
      <td>
        {parked === 0 ? (
          '–'
        ) : (
          <a href={linkTo(['operator', 'dead-letters'], { service, consumer })}>{parked}</a>
        )}
      </td>
    </tr>
  );
};

const Rows = ({ of: { service, status, consumers } }: { of: ConsumersOfService }) => {
  if (status === 'unavailable')
    return (
      <tr>
        <td>{service}</td>
        <td colSpan={HEAD.length - 3} class="muted">
          The service does not respond.
        </td>
        <td>
          <State of={status} />
        </td>
        <td>–</td>
      </tr>
    );
  return (
    <>
      {consumers.map((one) => (
        <Row key={`${one.consumer} ${one.source} ${one.partition}`} service={service} of={one} />
      ))}
    </>
  );
};

/** The states that need attention, counted over all services. */
const Counts = ({ of }: { of: readonly ConsumersOfService[] }) => {
  const consumers = of.flatMap((one) => one.consumers);
  const states = [...of.map(({ status }) => status), ...consumers.map(({ state }) => state)];
  const counts = (['unavailable', 'stuck', 'unknown', 'behind'] as const)
    .map((state) => [state, states.filter((one) => one === state).length] as const)
    .filter(([, count]) => count > 0);
  const parked = consumers.reduce((sum, one) => sum + one.parked, 0);
  return (
    <>
      {counts.length === 0 && <Badge tone="ok">All current</Badge>}
      {counts.map(([state, count]) => (
        <Badge key={state} tone={state === 'behind' || state === 'unknown' ? 'warn' : 'bad'}>
          {count} {state}
        </Badge>
      ))}
      {parked > 0 && (
        <a href={linkTo(['operator', 'dead-letters'])}>
          <Badge tone="bad">{deadLettersInWords(parked)}</Badge>
        </a>
      )}
    </>
  );
};

export const Consumers = ({ api }: PageProps) => {
  const list = useLoad(() => api.get<ResponseOf<'listConsumers'>>('/api/consumers'), [], REFRESH_MS);
  return (
    <Page
      title="Consumers"
      lead="How far each consumer has read the feeds of other services: views, replicas, reactions and the saga worker."
      aside={list.data && <Counts of={list.data.services} />}
    >
      <Card>
        <WhenLoaded of={list}>
          {({ services }) => (
            <Table caption="Consumers by service" head={HEAD}>
              {services.map((one) => (
                <Rows key={one.service} of={one} />
              ))}
            </Table>
          )}
        </WhenLoaded>
      </Card>
    </Page>
  );
};
