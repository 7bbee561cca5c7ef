import type { Faults, EventEnvelope } from '@bankside/contracts';
type Rates = Pick<Faults, 'dropRate' | 'doubleRate' | 'reorderRate'>;

const once = (events: readonly EventEnvelope[]): readonly EventEnvelope[] => [
  ...new Map(events.map((event) => [event.id, event])).values(),
];

/**
 * A broker at its worst: it loses events, doubles them, and gives some only with the next batch. Answers what to publish
 * first and what after it, for a sidecar takes an event once in a publication.
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
