import type { Caller, Flow, SystemMap } from '../../lib/system-map';

/** Coordinates of the drawing behind the boxes: percent of its width and height. */
const CALLER_X: Readonly<Record<Caller, number>> = { worker: 16.7, gateway: 50, composer: 83.3 };
const SPREAD = 1.6;

const lineClass = (flow: Flow | undefined): string => {
  if (flow === undefined || flow.perSecond === 0) return 'm-line idle';
  return flow.failed > 0 ? 'm-line failed' : 'm-line';
};

const thickness = (perSecond: number): number => Math.min(5, 1.2 + Math.log2(1 + perSecond) / 1.5);

/** Calls from above to each owner. */
export const CallEdges = ({ of: { owners } }: { of: SystemMap }) => {
  const step = 100 / owners.length;
  return (
    <svg class="m-calls" viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true">
      {owners.flatMap(({ service, calls }, index) =>
        (Object.keys(CALLER_X) as Caller[]).map((caller, at) => {
          const [from, to] = [CALLER_X[caller], (index + 0.5) * step + (at - 1) * SPREAD];
          return (
            <path
              key={`${caller} ${service}`}
              class={lineClass(calls[caller])}
              stroke-width={thickness(calls[caller]?.perSecond ?? 0)}
              d={`M${from} 0C${from} 60 ${to} 40 ${to} 100`}
            />
          );
        }),
      )}
    </svg>
  );
};

/** Events from each owner to the broker. */
export const EventEdges = ({ of: { owners } }: { of: SystemMap }) => {
  const step = 100 / owners.length;
  return (
    <svg class="m-events" viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true">
      {owners.map(({ service, published }, index) => (
        <path
          key={service}
          class={published > 0 ? 'm-line event' : 'm-line event idle'}
          stroke-width={thickness(published)}
          d={`M${(index + 0.5) * step} 0V100`}
        />
      ))}
    </svg>
  );
};

/** Events from the broker to the views. */
export const ViewEdges = ({ of: { views } }: { of: SystemMap }) => {
  const step = 100 / Math.max(1, views.length);
  return (
    <svg class="m-deliveries" viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true">
      {views.map(({ name, perSecond }, index) => (
        <path
          key={name}
          class={perSecond > 0 ? 'm-line event' : 'm-line event idle'}
          stroke-width={thickness(perSecond)}
          d={`M${(index + 0.5) * step} 0V100`}
        />
      ))}
    </svg>
  );
};
