import { useRef } from 'preact/hooks';
import { faultInWords } from '../../lib/faults';
import { useLoad } from '../../lib/hooks';
import { flowInWords, systemMap, type System, type SystemMap } from '../../lib/system-map';
import { inWords } from '../../lib/in-words';
import { duration } from '../../lib/time';
import type { PageProps } from '../../page-props';
import { Badge, Card, Page, Table } from '../../parts/basics';
import { WhenLoaded } from '../../parts/loaded';
import { Map } from '../../parts/map/map';

const REFRESH_MS = 1_000;

const TONES = { ok: 'ok', slow: 'warn', failing: 'bad', down: 'bad' } as const;

const ServicesTable = ({ of }: { of: System }) => (
  <Table
    caption="Services"
    head={['Service', 'State', 'Why', 'Replicas', 'p95', 'Requests', 'Outbox', 'Faults']}
  >
    {of.services.map(({ service, state, reasons, replicas, p95Ms, callers, outbox, faults }) => (
      <tr key={service} data-service={service} data-state={state}>
        <td>{inWords(service)}</td>
        <td>
          <Badge tone={TONES[state]}>{inWords(state)}</Badge>
        </td>
        <td>{reasons.join('. ') || '–'}</td>
        <td>{replicas}</td>
        <td>{p95Ms === undefined ? '–' : duration(p95Ms)}</td>
        <td>
          {Object.entries(callers)
            .map(([caller, { count, failed }]) => `${caller} ${flowInWords({ perSecond: count, failed })}`)
            .join('; ') || '–'}
        </td>
        <td>{outbox ?? '–'}</td>
        <td>{faultInWords(faults ?? {}) || '–'}</td>
      </tr>
    ))}
  </Table>
);

const ViewsTable = ({ of }: { of: SystemMap }) => (
  <Table caption="Views" head={['View', 'State', 'Events behind', 'Seconds behind', 'Applied a second']}>
    {of.views.map(({ name, state, events, seconds, perSecond }) => (
      <tr key={name} data-view={name} data-state={state}>
        <td>{name}</td>
        <td>{inWords(state)}</td>
        <td>{events}</td>
        <td>{seconds === 0 ? '–' : duration(seconds * 1_000)}</td>
        <td>{perSecond}</td>
      </tr>
    ))}
  </Table>
);

/** The two latest readings: rates are differences. */
const usePair = (latest: System | undefined): readonly [System | undefined, System | undefined] => {
  const pair = useRef<readonly [System | undefined, System | undefined]>([undefined, undefined]);
  if (latest !== undefined && latest.at !== pair.current[1]?.at) pair.current = [pair.current[1], latest];
  return pair.current;
};

export const SystemMapPage = ({ api }: PageProps) => {
  const system = useLoad(() => api.get<System>('/api/system'), [], REFRESH_MS);
  const [before, latest] = usePair(system.data);
  return (
    <Page
      title="Map"
      lead="Every service with what happened in the last second. A sticker is a fault that is on: click it to turn it off."
    >
      <WhenLoaded of={system}>
        {() => {
          if (latest === undefined) return null;
          const map = systemMap(latest, before);
          return (
            <>
              <Card>
                <Map of={map} api={api} onLifted={system.reload} />
              </Card>
              <Card title="The same as tables">
                <ServicesTable of={latest} />
                <ViewsTable of={map} />
              </Card>
            </>
          );
        }}
      </WhenLoaded>
    </Page>
  );
};
