import { flowInWords, type SystemMap, type View } from '../../lib/system-map';
import { counted } from '../../lib/in-words';
import { duration } from '../../lib/time';
import { Box, type Lift } from './box';
import { CallEdges, EventEdges, ViewEdges } from './edges';

const lagInWords = ({ events, seconds, state }: View): string => {
  if (state === 'unknown') return 'lag unknown';
  return events === 0 ? 'current' : `${counted(events, 'event')} behind, ${duration(seconds * 1_000)}`;
};

const VIEW_TONES: Readonly<Record<string, string>> = {
  current: 'ok',
  behind: 'slow',
  unknown: 'slow',
  stuck: 'failing',
};

const ViewBox = ({ of }: { of: View }) => (
  <a
    class={`box view ${VIEW_TONES[of.state] ?? 'slow'}`}
    href="#/operator/views"
    data-view={of.name}
    data-state={of.state}
  >
    <b>{of.name}</b>
    <span class="lag">{lagInWords(of)}</span>
    <span class="small">{of.perSecond} events/s</span>
  </a>
);

/** The system with what happened in the last second. */
export const Map = ({ of, ...lift }: Lift & { of: SystemMap }) => (
  <div class="map">
    <div class="m-row callers">
      {of.worker && (
        <Box of={of.worker} {...lift}>
          <p class="small">Runs the sagas</p>
        </Box>
      )}
      <section class="box ok gateway">
        <h3>
          <span class="dot" aria-hidden="true" />
          Gateway
        </h3>
        <p class="figures">
          {flowInWords(of.gateway.requests)} from clients
          {of.gateway.p95Ms !== undefined && ` · p95 ${duration(of.gateway.p95Ms)}`}
        </p>
      </section>
      {of.composer && (
        <Box of={of.composer} {...lift}>
          {of.composer.callers['gateway'] && (
            <p class="small">gateway {of.composer.callers['gateway'].count}/s</p>
          )}
        </Box>
      )}
    </div>
    <CallEdges of={of} />
    <div class="m-row owners">
      {of.owners.map((owner) => (
        <div class="owner" key={owner.service}>
          <ul class="calls">
            {Object.entries(owner.calls).map(([caller, flow]) => (
              <li key={caller} class={flow.failed > 0 ? 'failed' : ''}>
                {caller} {flowInWords(flow)}
              </li>
            ))}
          </ul>
          <Box of={owner} {...lift} />
        </div>
      ))}
    </div>
    <EventEdges of={of} />
    <div class="m-broker">
      <b>Broker</b> {of.published} events/s
    </div>
    <ViewEdges of={of} />
    <div class="m-row views" style={{ '--views': String(Math.max(1, of.views.length)) }}>
      {of.views.map((view) => (
        <ViewBox key={view.name} of={view} />
      ))}
    </div>
    {of.projection && (
      <Box of={of.projection} {...lift}>
        <p class="small">
          {Object.entries(of.projection.callers)
            .map(([caller, { count, failed }]) => `${caller} ${flowInWords({ perSecond: count, failed })}`)
            .join(' · ') || 'No requests in the last second'}
        </p>
      </Box>
    )}
  </div>
);
