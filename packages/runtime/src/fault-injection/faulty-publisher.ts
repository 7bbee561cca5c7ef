import type { Faults, EventEnvelope } from '@bankside/contracts';
type Rates = Pick<Faults, 'dropRate' | 'doubleRate' | 'reorderRate'>;

const once = (events: readonly EventEnvelope[]): readonly EventEnvelope[] => [
  ...new Map(events.map((event) => [event.id, event])).values(),
];

/**
 * Imitates an unreliable broker: it loses and duplicates events, and delays some until the next batch. Returns the batches
 * to publish in order; there are two when an event occurs twice, because a sidecar accepts an event once per request.
 */
export const faultyPublisher = (chance: (rate?: number) => boolean) => {
  let late: readonly EventEnvelope[] = [];
  return (
    { dropRate, doubleRate, reorderRate }: Rates,
    events: readonly EventEnvelope[],
  ): readonly (readonly EventEnvelope[])[] => {
    const arriving = events.filter(() => !chance(dropRate));
    const held = new Set(arriving.filter(() => chance(reorderRate)));
    const now = arriving.filter((event) => !held.has(event));
    const again = once([...late, ...now.filter(() => chance(doubleRate))]);
    late = [...held];
    return [now, again].filter((batch) => batch.length > 0);
  };
};
